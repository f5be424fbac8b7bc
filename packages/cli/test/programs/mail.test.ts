import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLine, sharedServer } from '../support/command-line.ts';
import { lineServer } from '../support/line-server.ts';
import { shell } from '../support/shell.ts';

/* msmtp and isync as Debian has them, with the lines of their configuration that the README names. */

const shared = sharedServer();

/** What the server makes of the token in a SASL response of OAuth. */
function verdictOn(response: string): string {
  const text = Buffer.from(response, 'base64').toString('utf8');
  const bearer = text.split('\x01').find((part) => part.startsWith('auth=Bearer ')) ?? '';
  const token = bearer.replace('auth=Bearer ', '');
  return shared.server.judge(token).kind;
}

function smtp(heard: string[]): () => (line: string) => string | undefined {
  const judge = (mechanism: string, response: string) => {
    heard.push(`${mechanism} ${verdictOn(response)}`);
    return heard.at(-1)?.endsWith(' valid') ? '235 welcome' : '535 no';
  };
  return () => {
    let waitsFor: ((line: string) => string) | undefined;
    return (line) => {
      if (waitsFor) return waitsFor(line);
      const [verb = '', mechanism = '', response] = line.split(' ');
      if (verb === 'EHLO') return '250-localhost\r\n250 AUTH XOAUTH2 OAUTHBEARER';
      if (verb === 'AUTH' && response === undefined) {
        waitsFor = (late) => {
          waitsFor = undefined;
          return judge(mechanism, late);
        };
        return '334 ';
      }
      if (verb === 'AUTH') return judge(mechanism, response as string);
      if (verb === 'DATA') {
        waitsFor = (text) => {
          if (text !== '.') return '';
          waitsFor = undefined;
          return '250 taken';
        };
        return '354 go on';
      }
      return verb === 'QUIT' ? undefined : '250 well';
    };
  };
}

test.each([
  ['xoauth2', 'XOAUTH2'],
  ['oauthbearer', 'OAUTHBEARER'],
])('msmtp sends a letter with passwordeval and auth %s', async (auth, mechanism) => {
  const heard: string[] = [];
  const port = await lineServer('220 localhost', smtp(heard));
  const { directory, signIn } = commandLine(shared.server);
  await signIn();
  const lines = [
    'account default',
    'host 127.0.0.1',
    `port ${port}`,
    'from ada@example.com',
    `auth ${auth}`,
    'user ada@example.com',
    'passwordeval everbearer token',
    'tls off',
    '',
  ];
  writeFileSync(join(directory, 'msmtprc'), lines.join('\n'), { mode: 0o600 });
  const { exit, notes } = await shell(directory, 'msmtp --file=msmtprc ben@example.com', {
    input: 'Subject: x\n\ny\n',
  });
  expect({ exit, notes }).toEqual({ exit: 0, notes: '' });
  expect(heard).toEqual([`${mechanism} valid`]);
});

test('mbsync of isync signs in with PassCmd', async () => {
  const heard: string[] = [];
  const port = await lineServer('* OK [CAPABILITY IMAP4rev1] here', () => (line) => {
    const [tag = '', verb = '', user, password = ''] = line.split(' ');
    if (verb === 'LOGIN') heard.push(`${user} ${shared.server.judge(password.replaceAll('"', '')).kind}`);
    if (verb === 'LIST') return `* LIST () "/" INBOX\r\n${tag} OK done`;
    if (verb === 'CAPABILITY') return `* CAPABILITY IMAP4rev1\r\n${tag} OK done`;
    return verb === 'LOGOUT' ? undefined : `${tag} OK done`;
  });
  const { directory, signIn } = commandLine(shared.server);
  await signIn();
  const lines = [
    'IMAPStore far',
    'Host 127.0.0.1',
    `Port ${port}`,
    'User ada@example.com',
    'PassCmd "everbearer token"',
    'SSLType None',
    'AuthMechs LOGIN',
    '',
    'MaildirStore near',
    'Path ./mail/',
    'Inbox ./mail/inbox',
    '',
    'Channel mail',
    'Far :far:',
    'Near :near:',
    'Patterns *',
    '',
  ];
  writeFileSync(join(directory, 'mbsyncrc'), lines.join('\n'));
  const { exit, out, notes } = await shell(directory, 'mkdir mail && mbsync --config mbsyncrc --list mail');
  expect({ exit, out }, notes).toMatchObject({ exit: 0, out: expect.stringContaining('INBOX') });
  expect(heard).toContain('"ada@example.com" valid');
});
