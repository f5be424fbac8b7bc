// What a probe of Docker or Kubernetes runs in the container of `everbearer keepalive --health-port 8786`.
//   node probe.mjs ready   exits with 0 where every account is well
//   node probe.mjs alive   exits with 0 where the program answers at all: a restart signs nobody in
const [question, port = '8786'] = process.argv.slice(2);
if (question !== 'ready' && question !== 'alive') {
  console.error('usage: node probe.mjs ready|alive [port]');
  process.exit(3);
}
try {
  const signal = AbortSignal.timeout(10_000);
  const response = await fetch(`http://127.0.0.1:${port}/health`, { signal });
  const text = await response.text();
  console.log(text.trim());
  process.exitCode = response.ok || (question === 'alive' && response.status === 503) ? 0 : 1;
} catch (error) {
  console.error(`Nobody answers at port ${port}: ${error.cause?.code ?? error.name}`);
  process.exitCode = 1;
}
