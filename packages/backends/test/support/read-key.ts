// Reads a key file, and prints how that ends. Argument: path.
import { keyFromFile } from '@everbearer/backends/sealing-keys';

const [path = ''] = process.argv.slice(2);
try {
  const { source } = keyFromFile(path);
  console.log(JSON.stringify({ code: 'none', message: '', source }));
} catch (error) {
  const { code, message } = error as { code?: unknown; message?: unknown };
  console.log(JSON.stringify({ code, message }));
}
