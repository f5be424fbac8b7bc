/** What this process runs with, except what is about itself: its tests, its debugger, its program. */
export function inheritedOptions(): string[] {
  const { execArgv } = process;
  if (execArgv.some((option) => /^(-e|-p|--eval|--print)/.test(option))) return [];
  return execArgv.filter((option) => !/^--(test|inspect|watch)/.test(option));
}
