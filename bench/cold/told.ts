/** What a program cost that has made its first call and ends: processor time since it was started, printed as JSON. */
export async function told(call: Promise<Response>): Promise<void> {
  const { status } = await call;
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ status, cpuMs: (user + system) / 1_000 } satisfies Cold));
  process.exit();
}

export interface Cold {
  status: number;
  cpuMs: number;
}
