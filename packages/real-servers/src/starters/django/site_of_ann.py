"""A Django site with django-oauth-toolkit as its documentation sets it up, over SQLite; who comes is Ann, who is signed in already."""
import os
import sys

import django
from django.conf import settings

settings.configure(
    SECRET_KEY='only-for-tests-' * 4,
    ALLOWED_HOSTS=['*'],
    ROOT_URLCONF='site_of_ann',
    USE_TZ=True,
    DEFAULT_AUTO_FIELD='django.db.models.AutoField',
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'site.db', 'OPTIONS': {'timeout': 10}}},
    INSTALLED_APPS=[
        'django.contrib.auth',
        'django.contrib.contenttypes',
        'django.contrib.sessions',
        'oauth2_provider',
    ],
    MIDDLEWARE=['django.contrib.sessions.middleware.SessionMiddleware', 'site_of_ann.signed_in'],
    OAUTH2_PROVIDER={'SCOPES': {'read': 'Read', 'write': 'Write'}},
)
sys.modules['site_of_ann'] = sys.modules[__name__]
django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.http import JsonResponse
from django.urls import include, path
from oauth2_provider.decorators import protected_resource
from oauth2_provider.models import Application


def signed_in(get_response):
    def middleware(request):
        request.user = get_user_model().objects.first()
        return get_response(request)

    return middleware


@protected_resource()
def api(request):
    return JsonResponse({'ok': True})


urlpatterns = [path('o/', include('oauth2_provider.urls', namespace='oauth2_provider')), path('api', api)]

call_command('migrate', verbosity=0)
ann = get_user_model().objects.create_user('ann')
for name, kind in [('public', 'public'), ('basic', 'confidential'), ('post', 'confidential')]:
    Application.objects.create(
        name=name,
        client_id=name,
        client_secret=os.environ['SECRET'],
        user=ann,
        client_type=kind,
        authorization_grant_type='authorization-code',
        skip_authorization=True,
        redirect_uris=os.environ['REDIRECT_URI'],
    )
call_command('runserver', f"127.0.0.1:{os.environ['PORT']}", use_reloader=False, verbosity=0)
