import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'vitest';
import { FOLDER } from './deploy-files.ts';

test('Python reads the DAG', () => {
  const code = 'import ast, sys; ast.parse(open(sys.argv[1]).read())';
  execFileSync('python3', ['-c', code, join(FOLDER, 'airflow/inbox_count.py')]);
});
