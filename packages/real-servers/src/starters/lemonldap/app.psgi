use Lemonldap::NG::Portal::Main;
Lemonldap::NG::Portal::Main->run({});
