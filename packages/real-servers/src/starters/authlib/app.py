"""Authlib's Flask server with the grants of its documentation and new refresh tokens, in memory; who comes is signed in already."""
import json
import os
import time

os.environ['AUTHLIB_INSECURE_TRANSPORT'] = '1'

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant, DeviceCredentialDict
from flask import Flask, jsonify, request as asked

METHODS = ['client_secret_basic', 'client_secret_post', 'none', 'client_assertion_jwt']
BASE = f"http://127.0.0.1:{os.environ['PORT']}"
SCOPES = ['read', 'write']


class Client(ClientMixin):
    redirect_uri = os.environ['REDIRECT_URI']

    def __init__(self, client_id, method, secret=None):
        self.client_id, self.method, self.secret = client_id, method, secret

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return self.redirect_uri

    def get_allowed_scope(self, scope):
        return ' '.join(each for each in (scope or '').split() if each in SCOPES)

    def check_redirect_uri(self, uri):
        return uri == self.redirect_uri

    def has_client_secret(self):
        return self.secret is not None

    def check_client_secret(self, secret):
        return secret == self.secret

    def check_endpoint_auth_method(self, method, endpoint):
        return method == self.method

    def check_response_type(self, kind):
        return kind == 'code'

    def check_grant_type(self, kind):
        return kind in ('authorization_code', 'refresh_token', DeviceCodeGrant.GRANT_TYPE)


class Code(AuthorizationCodeMixin):
    def __init__(self, **values):
        self.__dict__.update(values)

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope


class Token(TokenMixin):
    revoked = False
    refresh_token = None

    def __init__(self, **values):
        self.__dict__.update(values)

    def get_scope(self):
        return self.scope

    def check_client(self, client):
        return self.client_id == client.client_id

    def get_expires_in(self):
        return self.expires_in

    def is_expired(self):
        return self.issued_at + self.expires_in < time.time()

    def is_revoked(self):
        return self.revoked


clients = {
    'public': Client('public', 'none'),
    'basic': Client('basic', 'client_secret_basic', os.environ['SECRET']),
    'post': Client('post', 'client_secret_post', os.environ['SECRET']),
    'jwt': Client('jwt', 'client_assertion_jwt'),
}
codes, devices, approved, tokens = {}, {}, set(), []


def find(**wanted):
    return next((each for each in tokens if all(getattr(each, name) == value for name, value in wanted.items())), None)


def save_token(token, request):
    tokens.append(Token(client_id=request.client.client_id, user_id='ann', issued_at=time.time(), **token))


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def save_authorization_code(self, code, request):
        challenge = {name: request.data.get(name) for name in ('code_challenge', 'code_challenge_method')}
        codes[code] = Code(
            code=code,
            client_id=request.client.client_id,
            redirect_uri=request.redirect_uri,
            scope=request.scope,
            **challenge,
        )
        return codes[code]

    def query_authorization_code(self, code, client):
        found = codes.get(code)
        return found if found and found.client_id == client.client_id else None

    def delete_authorization_code(self, code):
        codes.pop(code.code, None)

    def authenticate_user(self, code):
        return 'ann'


class RefreshGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, text):
        return find(refresh_token=text, revoked=False)

    def authenticate_user(self, credential):
        return credential.user_id

    def revoke_old_credential(self, credential):
        credential.revoked = True


class DeviceGrant(DeviceCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def query_device_credential(self, device_code):
        return devices.get(device_code)

    def query_user_grant(self, user_code):
        return ('ann', True) if user_code in approved else None

    def should_slow_down(self, credential):
        return False


class DeviceEndpoint(DeviceAuthorizationEndpoint):
    CLIENT_AUTH_METHODS = METHODS
    INTERVAL = 1

    def get_verification_uri(self):
        return f'{BASE}/approve'

    def save_device_credential(self, client_id, scope, data):
        values = {**data, 'expires_at': time.time() + data['expires_in']}
        devices[data['device_code']] = DeviceCredentialDict(client_id=client_id, scope=scope, **values)


class Assertion(JWTBearerClientAssertion):
    def validate_jti(self, claims, jti):
        return True

    def resolve_client_public_key(self, client, headers):
        return json.loads(os.environ['CLIENT_JWK'])


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, text, hint):
        return find(access_token=text) or find(refresh_token=text)

    def revoke_token(self, token, request):
        token.revoked = True


class Validator(BearerTokenValidator):
    def authenticate_token(self, text):
        return find(access_token=text)

    def request_invalid(self, request):
        return False


app = Flask('app')
app.config.update(OAUTH2_REFRESH_TOKEN_GENERATOR=True, OAUTH2_TOKEN_EXPIRES_IN={'authorization_code': 3600})
server = AuthorizationServer(app, query_client=clients.get, save_token=save_token)
server.register_grant(CodeGrant, [CodeChallenge(required=True)])
server.register_grant(RefreshGrant)
server.register_grant(DeviceGrant)
server.register_client_auth_method(Assertion.CLIENT_AUTH_METHOD, Assertion(f'{BASE}/token'))
server.register_endpoint(DeviceEndpoint)
server.register_endpoint(Revocation)
protect = ResourceProtector()
protect.register_token_validator(Validator())


@app.route('/authorize')
def authorize():
    server.get_consent_grant(end_user='ann')
    return server.create_authorization_response(grant_user='ann')


@app.route('/token', methods=['POST'])
def token():
    return server.create_token_response()


@app.route('/device', methods=['POST'])
def device():
    return server.create_endpoint_response(DeviceEndpoint.ENDPOINT_NAME)


@app.route('/approve')
def approve():
    approved.add(asked.args['user_code'])
    return ''


@app.route('/revoke', methods=['POST'])
def revoke():
    return server.create_endpoint_response('revocation')


@app.route('/api')
@protect()
def api():
    return jsonify(ok=True)


app.run('127.0.0.1', int(os.environ['PORT']), threaded=True)
