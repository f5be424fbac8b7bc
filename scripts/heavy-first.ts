import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The test files that take longest, the longest first. Paths below the checkout, by their end. */
export const HEAVY: readonly string[] = [
  'campaigns/test/redis.test.ts',
  'campaigns/test/redis-troubles.test.ts',
  'backends/test/redis/redis-conformance.test.ts',
  'examples/sql-store/test/recipes.test.ts',
  'examples/sql-store/test/sql-store.test.ts',
  'core/test/model/model.test.ts',
  'campaigns/test/campaigns.test.ts',
  'campaigns/test/save-faults.test.ts',
  'examples/many-workers/test/many-workers.test.ts',
  'backends/test/redis/redis-failures.test.ts',
  'backends/test/file/file-processes.test.ts',
  'campaigns/test/short-lives.test.ts',
  'campaigns/test/slow-answers.test.ts',
  'core/test/manager/accounts-memory.test.ts',
  'real-servers/test/real-servers.test.ts',
  'test/docs/documentation.test.ts',
  'backends/test/redis/redis-topologies.test.ts',
  'backends/test/redis/redis-security.test.ts',
  'backends/test/conformance.test.ts',
  'testing/test/conformance/process-conformance.test.ts',
  'examples/inbox-monitor/test/inbox-monitor.test.ts',
];

/**
 * Starts the long files first, so that the workers end together. Vitest alone takes one project after the other, and
 * on a fresh checkout the longest source first.
 */
export class HeavyFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = HEAVY.findIndex((path) => moduleId.endsWith(`/${path}`));
      return at < 0 ? HEAVY.length : at;
    };
    return [...files].sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}
