import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import type { FromMonitor } from './monitor-messages.ts';
import { INTRODUCTION, MEANINGS, NEXT } from './words.ts';

type Style = Parameters<typeof styleText>[0];

/** The timeline as a person reads it: what happened, and what was done about it. */
export interface Story {
  /** What this is, before it begins. */
  introduce(): void;
  /** Something that the world does. */
  act(text: string): void;
  /** What a monitor did about it. */
  monitor(name: string, message: FromMonitor): void;
  line(text: string): void;
  /** What to do next; the running count ends. */
  end(): void;
}

/** Where a story is told. */
export interface Teller {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

const NARROWEST = 24;
const CLEAR_LINE = '\r\x1b[2K';

export function createStory(out: Teller, colours: boolean): Story {
  const begunAt = performance.now();
  const paint = (style: Style, text: string) =>
    colours ? styleText(style, text, { validateStream: false }) : text;
  const width = () => Math.max(NARROWEST, out.columns || 80) - 1;
  const clock = () => `${((performance.now() - begunAt) / 1000).toFixed(1).padStart(5)} s `;
  const count = runningCount(out);

  const print = (text: string) => out.write(`${count.away()}${text}\n`);
  /** Behind the clock, in as many lines as it takes. */
  const say = (text: string, style: Style, before = '') => {
    const indent = ' '.repeat(clock().length);
    const lines = wrapAnsi(text, width() - indent.length - before.length).split('\n');
    for (const [index, line] of lines.entries()) {
      const lead = index === 0 ? before : ' '.repeat(before.length);
      print((index === 0 ? paint('dim', clock()) : indent) + paint(style, lead + line));
    }
  };
  const rows = (pairs: readonly (readonly [string, string])[], room: number) => {
    for (const [name, words] of pairs) {
      const isWide = room + 30 < width();
      if (!isWide) print(`  ${name}`);
      const indent = ' '.repeat(isWide ? room + 2 : 6);
      for (const [index, line] of wrapAnsi(words, width() - indent.length)
        .split('\n')
        .entries())
        print((isWide && index === 0 ? `  ${name.padEnd(room)}` : indent) + line);
    }
  };

  return {
    introduce() {
      print(wrapAnsi(paint('bold', 'Everbearer: every request bears a valid token.'), width()));
      for (const text of INTRODUCTION) print(wrapAnsi(text, width()));
      print('');
      rows(MEANINGS, 12);
    },
    act(text) {
      for (const line of count.sofar()) say(line, 'dim', '   ');
      print('');
      say(text, ['bold', 'yellow']);
    },
    line: (text) => print(text),
    monitor(name, message) {
      if (message.type === 'polled') return count.counted(name, message);
      const told = toldOf(message);
      if (told) say(told.text, told.style, `  ${name}  `);
    },
    end() {
      for (const line of count.sofar()) say(line, 'dim', '   ');
      print('');
      print(paint('bold', 'Next'));
      rows(NEXT, 34);
    },
  };
}

/**
 * How often each monitor has counted, which shows that it lives: on a terminal in one line that is drawn over, elsewhere
 * before each act.
 */
function runningCount(out: Teller) {
  const times = new Map<string, number>();
  let inbox = '';
  let isShown = false;
  const text = () => {
    const each = [...times].map(([name, count]) => `${name} ${count} times`).join(', ');
    return `inbox counted: ${each}; ${inbox}`;
  };
  return {
    counted(name: string, { counted, unread }: Extract<FromMonitor, { type: 'polled' }>) {
      times.set(name, (times.get(name) ?? 0) + 1);
      inbox = `${counted} messages, ${unread} unread`;
      if (!out.isTTY) return;
      out.write(`${isShown ? CLEAR_LINE : ''}${`        ${text()}`.slice(0, (out.columns || 80) - 1)}`);
      isShown = true;
    },
    /** What takes the running line away, before something else is printed. */
    away() {
      const before = isShown ? CLEAR_LINE : '';
      isShown = false;
      return before;
    },
    sofar: () => (times.size === 0 ? [] : [text()]),
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

function toldOf(message: FromMonitor): { text: string; style: Style } | undefined {
  if (message.type === 'code') return { text: `asks a person to enter ${message.userCode}`, style: 'reset' };
  if (message.type === 'failed') return { text: message.message, style: 'red' };
  const text = message.type === 'event' ? sentence(message) : undefined;
  return text === undefined
    ? undefined
    : { text, style: 'code' in message && message.code ? 'yellow' : 'green' };
}

function sentence({ event, reason, ms, code }: Extract<FromMonitor, { type: 'event' }>): string | undefined {
  switch (event) {
    case 'signed_in':
      return 'signed in';
    case 'renewed':
      return `renewed the token in ${ms} ms: ${BECAUSE[reason ?? ''] ?? reason}`;
    case 'renewal_failed':
      return `the token endpoint said ${code}; the tokens are kept`;
    case 'replayed':
      return 'sent again: the refused request, with the new token';
    case 'adopted':
      return 'took over the token that another process brought';
    case 'lease_waited':
      return `waited ${ms} ms for another process to renew`;
    case 'lease_taken_over':
      return 'took over the renewal of a process that is gone';
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
