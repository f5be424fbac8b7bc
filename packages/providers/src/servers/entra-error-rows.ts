/** What somebody must do about a refusal of Entra. */
export type EntraErrorKind =
  /** The refresh token, code or assertion is over for good: sign in again. */
  | 'final'
  /** A passing trouble at Microsoft or in the network of the tenant. */
  | 'later'
  /** The person must do something at the sign-in page: a second factor, a new password. */
  | 'interaction'
  /** The person must consent. */
  | 'consent'
  /** An administrator of the tenant must do something: consent, assign, unlock, change a policy. */
  | 'admin'
  /** The app registration, or the options of this program, are wrong. */
  | 'configuration';

/** The number, what to do in plain words, and where the number is explained if not in the public list. */
export type EntraErrorRow = readonly [number: number, remedy: string, source?: string];

const AGAIN = 'Sign in again.';
const FACTOR = 'The person must pass a second factor: sign in again.';
const REGISTER = 'The person must register a second factor: sign in again in a browser.';
const DEVICE = 'The device must meet a rule of the tenant: sign in on a managed device.';
const BLOCKED = 'A rule of the tenant blocks this sign-in: ask an administrator.';
const GUEST =
  'The account is not in this tenant: invite it as a guest, or give the `tenantId` it belongs to.';
const PASSWORD = 'The person must set a new password: sign in again in a browser.';
const WAIT = 'Trouble at Microsoft that passes: it is asked again.';
const AGENT = "Trouble at the tenant's own sign-in server: it is asked again.";
const SECRET = 'Make a new client secret and give its value, not its id.';
const CERTIFICATE =
  'Upload the certificate to the app registration, and give that certificate with its own key.';
const RESOURCE = 'Check `scopes`: the tenant knows no such resource, or it is not enabled there.';
const PERMISSION = "Add the resource's permissions to the app registration.";
const TENANT = 'Check `tenantId` and `authority`: this cloud knows no such tenant.';
const OWN_TENANT = 'Give the id of one tenant as `tenantId`.';
const DISABLED = 'The application is disabled: an administrator must enable it.';
const REDIRECT = 'Register the redirect address in the app registration, exactly as it is sent.';
const NEW_CODE = 'Codes are good once and for minutes: start the sign-in again.';
const REPORT = 'The request is malformed: report this to Everbearer.';
const FEDERATED = 'Issuer, subject and audience of the federated credential must be those of the assertion.';

const WORKLOAD = 'https://azure.github.io/azure-workload-identity/docs/troubleshooting.html';
const lookUp = (number: number) => `https://login.microsoftonline.com/error?code=${number}`;

/** By kind. A number that is not here decides nothing. */
export const ENTRA_ERROR_ROWS: Readonly<Record<EntraErrorKind, readonly EntraErrorRow[]>> = {
  final: [
    [50013, 'The assertion is not valid here: get a new token of the user for this very API.'],
    [50085, AGAIN],
    [50089, AGAIN],
    [50132, 'The password has changed or expired: sign in again.'],
    [50133, 'The password has changed or expired: sign in again.'],
    [50139, AGAIN],
    [50173, 'The sign-ins of this user were revoked: sign in again.'],
    [50197, AGAIN],
    [500133, 'The assertion has expired: get a new token of the user.'],
    [51006, AGAIN],
    [54005, NEW_CODE],
    [70000, 'The refresh token is not valid for this client: sign in again.'],
    [70008, 'The refresh token was not used for too long, or revoked: sign in again.'],
    [70018, 'The user code was mistyped: start the sign-in again.'],
    [70019, 'The device code has ended: start the sign-in again.'],
    [70043, 'The tenant limits how long a sign-in lasts: sign in again.'],
    [700005, 'Redeem the code at the tenant that issued it: start the sign-in again.'],
    [700082, 'The refresh token was not used for 90 days: sign in again.'],
    [
      700084,
      "Refresh tokens of a single-page app end 24 hours after sign-in: sign in again, or register its address as 'Web' or 'Mobile and desktop'.",
    ],
    [90120, 'The device code was used already: start the sign-in again.'],
  ],
  later: [
    [40010, AGENT],
    [50033, WAIT],
    [50087, WAIT],
    [50088, 'Too many second factors by telephone: it is asked again.'],
    [50166, AGENT],
    [50196, 'Entra saw the same request too often: look for other programs that ask in a loop.'],
    [501621, WAIT],
    [70012, WAIT],
    [80001, AGENT],
    [80002, AGENT],
    [80005, AGENT],
    [80014, AGENT],
    [90006, WAIT],
    [90012, WAIT],
    [90024, WAIT],
    [90033, WAIT],
    [90055, 'Too many requests of this tenant: it is asked again.'],
    [90090, WAIT],
    [90091, WAIT],
  ],
  interaction: [
    [16000, 'The person must choose an account: sign in again.'],
    [16001, 'The person must choose an account: sign in again.'],
    [50055, PASSWORD],
    [50056, PASSWORD],
    [50058, AGAIN],
    [50072, REGISTER],
    [50074, FACTOR],
    [50076, FACTOR],
    [50078, FACTOR],
    [50079, REGISTER],
    [50097, DEVICE],
    [50125, PASSWORD],
    [50126, 'The user name or the password is wrong: sign in again.'],
    [50127, 'The person must install a broker app (Authenticator, Company Portal).'],
    [50129, DEVICE],
    [50135, PASSWORD],
    [50140, AGAIN],
    [50144, PASSWORD],
    [50155, DEVICE],
    [50158, 'A second factor of another party is wanted: sign in again.'],
    [50187, DEVICE],
    [50199, AGAIN],
    [53000, DEVICE],
    [53001, DEVICE],
    [53004, REGISTER],
    [53010, 'A second factor can be registered from trusted places only: sign in again there.'],
    [530003, DEVICE, lookUp(530_003)],
    [700020, AGAIN],
    [135010, DEVICE],
  ],
  consent: [
    [65001, 'Nobody has consented to these `scopes`: sign in again and consent, or let an administrator.'],
    [65004, 'The person declined to consent: sign in again and consent.'],
    [90008, 'The app needs the permission User.Read, and consent to it: sign in again.'],
  ],
  admin: [
    [16003, GUEST],
    [50002, BLOCKED],
    [50005, DEVICE],
    [50014, 'The invitation to this tenant was not accepted: accept it, or invite the account again.'],
    [50020, GUEST],
    [50034, GUEST],
    [
      50053,
      'The account is locked, or the address is blocked: an administrator sees why in the sign-in log.',
    ],
    [50057, 'The account is disabled: an administrator must enable it.'],
    [50105, 'An administrator must assign the user to the application.'],
    [50131, BLOCKED],
    [500021, BLOCKED],
    [500022, BLOCKED],
    [500212, BLOCKED],
    [500213, BLOCKED],
    [
      501051,
      'An administrator must assign this application to a role of the API.',
      'https://docs.nais.io/security/auth/azure-ad/faq-troubleshooting/',
    ],
    [51004, GUEST],
    [53002, BLOCKED],
    [53003, BLOCKED],
    [53009, 'The tenant wants an app with a protection policy: ask an administrator.', lookUp(53_009)],
    [53011, 'The user is blocked for risk: an administrator must unblock the user.'],
    [530032, BLOCKED],
    [530034, BLOCKED],
    [530035, BLOCKED],
    [650052, 'The organization has no subscription to this service: ask an administrator.'],
    [650054, RESOURCE],
    [70001, DISABLED],
    [7000112, DISABLED],
    [
      7000229,
      "An administrator must add the application to the tenant: open the tenant's /adminconsent address.",
      'https://microsoft.github.io/teams-sdk/teams/app-authentication/troubleshooting',
    ],
    [80012, 'The tenant forbids sign-ins at this hour.'],
    [90072, GUEST],
    [90084, BLOCKED],
    [90093, 'An administrator must grant the permissions.'],
    [90094, "An administrator must consent: open the tenant's /adminconsent address."],
    [90095, 'An administrator must approve the consent.'],
    [90099, 'An administrator must authorize the application in this tenant.'],
    [90123, BLOCKED],
    [1000031, DISABLED],
    [1000104, BLOCKED],
    [135011, 'The device is disabled: an administrator must enable it.'],
  ],
  configuration: [
    [28002, 'Check `scopes`: one of them is not valid.'],
    [28003, 'Check `scopes`: one of them is not valid.'],
    [50001, RESOURCE],
    [50011, REDIRECT],
    [50012, CERTIFICATE],
    [50027, 'The assertion is not valid: check its issuer, audience and times.'],
    [50048, 'Issuer and subject of the assertion must be the client id.'],
    [50049, 'Check `authority`: it is no sign-in service of Microsoft.'],
    [50059, OWN_TENANT],
    [50128, TENANT],
    [50134, 'Enter the device code in the same cloud in which the sign-in was started.'],
    [50194, `The app is for one tenant: give its id as \`tenantId\` in place of 'common'.`],
    [500011, RESOURCE],
    [500208, 'This kind of account may not sign in here: check the supported account types and `tenantId`.'],
    [501481, 'The code was asked for by another sign-in: start the sign-in again.'],
    [65002, 'Register an application of your own: this client id is one of Microsoft.'],
    [65005, PERMISSION],
    [650056, PERMISSION],
    [650057, PERMISSION],
    [70002, SECRET],
    [70003, 'The app registration does not allow this grant.'],
    [70004, REDIRECT],
    [70005, 'The app registration does not allow this response type.'],
    [70007, REPORT],
    [70011, 'Check `scopes`: one of them is not valid, or they belong to several resources.'],
    [70021, FEDERATED, WORKLOAD],
    [700011, 'Check `clientId` and `tenantId`: this tenant knows no such application.'],
    [700016, 'Check `clientId` and `tenantId`: this tenant knows no such application.'],
    [700022, 'Ask for the scopes of one resource at a time.'],
    [700023, 'Check `scopes`: they name no resource.'],
    [
      700024,
      "The assertion has expired or is not valid yet: give a function, and check this machine's clock.",
      'https://github.com/Azure/aks-set-context/issues/101',
    ],
    [700025, "The app is a public client: give no secret, or register the address as 'Web'."],
    [700027, CERTIFICATE],
    [700030, CERTIFICATE],
    [700054, 'Nothing here asks for ID tokens without a code: check the app registration.'],
    [700229, FEDERATED],
    [7000114, 'The app registration does not allow on-behalf-of requests.'],
    [7000215, SECRET],
    [7000218, "Give a secret, certificate or assertion; or set 'Allow public client flows' to yes."],
    [7000222, 'The client secret has expired: make a new one, or use a certificate.'],
    [76021, REPORT],
    [90002, TENANT],
    [90004, REPORT],
    [90009, 'A token for itself is asked for: write the client id, not its address, in `scopes`.'],
    [90013, REPORT],
    [90014, REPORT],
    [90019, OWN_TENANT],
    [90023, REPORT],
    [90027, 'This resource takes no tokens for personal accounts.'],
    [90038, "The tenant is in another national cloud: set `cloud` to the tenant's own."],
    [90043, "The tenant is in another national cloud: set `cloud` to the tenant's own."],
    [90051, 'Check `authority`: it is no national cloud.'],
    [90100, REPORT],
    [90102, 'An address sent is not absolute: check the redirect address.'],
    [90124, OWN_TENANT],
    [90130, OWN_TENANT],
    [900144, REPORT],
    [900382, 'A confidential client cannot sign people of another cloud in.'],
    [900432, 'A confidential client cannot sign people of another cloud in.'],
    [900971, REDIRECT],
    [901002, 'Write what you ask for in `scopes`; the endpoint knows no `resource`.'],
    [9001023, OWN_TENANT],
    [9002313, REPORT],
    [
      9002326,
      "Only single-page apps may send an `Origin`: send none, or register the address as 'Single-page application'.",
      'https://learn.microsoft.com/answers/questions/385914/aadsts9002326-how-to-use-single-page-app-redirect',
    ],
    [
      9002327,
      "The app is registered as 'Single-page application': register the address as 'Mobile and desktop' or 'Web'.",
      'https://learn.microsoft.com/answers/questions/1601797/aadsts9002327-tokens-issued-for-the-single-page-ap',
    ],
    [9002332, "The app is for work accounts only: give 'organizations' or a tenant as `tenantId`."],
  ],
};
