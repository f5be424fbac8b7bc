import { type SupervisedProcess, startProcess } from '@everbearer/testing/supervise';
import type { FromSession, ToSession } from './session-process.ts';

const SOURCE_OPTIONS = ['--conditions=everbearer-source', '--disable-warning=ExperimentalWarning'];

/** Processes that live on the same sessions; they are started once for all servers. */
export interface SessionProcesses extends AsyncDisposable {
  /** Tells all of them the same at the same moment, and resolves with what each answers. */
  all<Type extends FromSession['type']>(message: ToSession, type: Type): Promise<Answer<Type>[]>;
  stop(): Promise<void>;
}

type Answer<Type> = Extract<FromSession, { type: Type }>;

export async function startSessionProcesses(count: number): Promise<SessionProcesses> {
  const main = new URL('session-process.ts', import.meta.url);
  const processes = Array.from({ length: count }, () =>
    startProcess<FromSession, ToSession>({ main, execArgv: SOURCE_OPTIONS }),
  );
  const stop = async () => void (await Promise.all(processes.map((each) => each.stop())));
  try {
    await Promise.all(processes.map((each) => each.next((message) => message.type === 'started', 'start')));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    all: (message, type) => Promise.all(processes.map((each) => tell(each, message, type))),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function tell<Type extends FromSession['type']>(
  each: SupervisedProcess<FromSession, ToSession>,
  message: ToSession,
  type: Type,
): Promise<Answer<Type>> {
  const server = message.type === 'join' ? message.server.name : message.server;
  const answer = each.next(
    (heard): heard is FromSession => 'server' in heard && heard.server === server,
    message.type,
  );
  each.send(message);
  const heard = await answer;
  if (heard.type === 'failed') throw new Error(`${message.type} failed in a process: ${heard.message}`);
  if (heard.type !== type) throw new Error(`A process answered ${heard.type} to ${message.type}.`);
  return heard as Answer<Type>;
}
