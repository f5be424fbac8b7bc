import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The test files that take longest, the longest first. Paths below the checkout, by their end. */
export const HEAVY: readonly string[] = [
  'campaigns/test/save-faults.test.ts',
  'campaigns/test/campaigns.test.ts',
  'core/test/model/model.test.ts',
  'campaigns/test/redis.test.ts',
  'campaigns/test/redis-troubles.test.ts',
  'backends/test/redis/redis-conformance.test.ts',
  'examples/sql-store/test/recipes.test.ts',
  'backends/test/redis/redis-topologies.test.ts',
  'examples/sql-store/test/sql-store.test.ts',
  'examples/many-workers/test/many-workers.test.ts',
  'test/docs/documentation.test.ts',
  'examples/inbox-monitor/test/inbox-monitor.test.ts',
  'campaigns/test/slow-answers.test.ts',
  'backends/test/redis/redis-failures.test.ts',
  'real-servers/test/real-servers.test.ts',
  'testing/test/conformance/process-conformance.test.ts',
  'backends/test/file/file-processes.test.ts',
  'core/test/manager/accounts-memory.test.ts',
  'cli/test/command/examples.test.ts',
  'backends/test/redis/redis-security.test.ts',
  'cli/test/command/status-watch.test.ts',
  'campaigns/test/short-lives.test.ts',
  'backends/test/conformance.test.ts',
  'backends/test/file/file-hostile.test.ts',
  'cli/test/command/doctor-elsewhere.test.ts',
  'cli/test/command/doctor.test.ts',
  'cli/test/command/trace.test.ts',
  'core/test/renewal/lasting-trouble.test.ts',
  'ky-plugin/test/errors-are-clean.test.ts',
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
