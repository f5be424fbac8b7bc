import { spawn } from 'node:child_process';
import type { World } from './world.ts';

/** Shows a page to the person at this machine. Where nothing can, the address that was printed is left. */
export function openBrowser(url: URL, env: World['env']): void {
  const [command, ...args] = env['BROWSER'] ? [env['BROWSER']] : opener();
  const child = spawn(command as string, [...args, url.href], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

function opener(): string[] {
  if (process.platform === 'darwin') return ['open'];
  return process.platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : ['xdg-open'];
}
