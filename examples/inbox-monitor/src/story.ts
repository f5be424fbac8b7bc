import { styleText } from 'node:util';
import type { FromMonitor } from './monitor-messages.ts';

type Style = Parameters<typeof styleText>[0];

/** The timeline as a person reads it: what happened, and what was done about it. */
export interface Story {
  /** Something that the world does. */
  act(text: string): void;
  /** What a monitor did about it. */
  monitor(name: string, message: FromMonitor): void;
  line(text: string): void;
}

export function createStory(print: (line: string) => void, colours: boolean): Story {
  const begunAt = performance.now();
  const paint = (style: Style, text: string) =>
    colours ? styleText(style, text, { validateStream: false }) : text;
  const clock = () => paint('dim', `${((performance.now() - begunAt) / 1000).toFixed(1).padStart(5)} s `);
  let lastCount = '';

  return {
    act(text) {
      print('');
      print(`${clock()} ${paint(['bold', 'yellow'], text)}`);
    },
    line: print,
    monitor(name, message) {
      const say = (text: string) => print(`${clock()}   ${paint('cyan', name)}  ${text}`);
      switch (message.type) {
        case 'code':
          return say(`asks a person to enter ${paint('bold', message.userCode)}`);
        case 'failed':
          return say(paint('red', message.message));
        case 'polled': {
          const { name: folder, counted, pages, unread } = message;
          const count = `${folder}: ${counted} messages on ${pages} pages, ${unread} unread`;
          if (count !== lastCount) say(count);
          lastCount = count;
          return;
        }
        case 'event': {
          const text = sentence(message);
          if (text) say(paint(message.code ? 'yellow' : 'green', text));
        }
      }
    },
  };
}

const BECAUSE: Record<string, string> = {
  missing: 'none was in hand',
  expired: 'it had expired',
  expiring: 'ahead of its end, behind the requests',
  rejected: 'a server had rejected it',
  claims: 'a server asked for claims',
  forced: 'on request',
};

function sentence({ event, reason, ms, code }: Extract<FromMonitor, { type: 'event' }>): string | undefined {
  switch (event) {
    case 'signed_in':
      return 'signed in';
    case 'renewed':
      return `renewed the token in ${ms} ms: ${BECAUSE[reason ?? ''] ?? reason}`;
    case 'renewal_failed':
      return `the token endpoint said ${code}; the tokens are kept`;
    case 'replayed':
      return 'sent the refused request once more, with the new token';
    case 'adopted':
      return 'took over the token that another process brought';
    case 'lease_waited':
      return `waited ${ms} ms for another process to renew`;
    case 'lease_taken_over':
      return 'took over from a process that is gone';
    case 'repaired':
      return 'gave the store back what it had lost';
    case 'unsaved':
      return 'could not store the new token yet, and serves it from memory';
    case 'saved_late':
      return 'stored it now';
    default:
      return undefined;
  }
}
