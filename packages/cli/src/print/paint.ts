import { styleText } from 'node:util';
import type { Sink, World } from '../world/world.ts';

type Style = Parameters<typeof styleText>[0];

/** Colours a text where it goes to a terminal, unless NO_COLOR is set. */
export function painter(sink: Sink, env: World['env']): (style: Style, text: string) => string {
  const isOn = sink.isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return (style, text) => (isOn ? styleText(style, text, { validateStream: false }) : text);
}
