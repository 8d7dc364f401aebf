import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadPolicy } from './policy-file.js';

/** Options that a policy file may give, by the names of its keys. */
const names = ['policyJson', 'registriesD', 'registriesConf'] as const;

/**
 * Gives a command the files that its policy names, as seen from the policy file, where the command line names none.
 * @throws ImgcheckError usage for a policy file that is wrong
 */
export async function applyPolicyDefaults(command: Command): Promise<void> {
  const takes = (name: string): boolean => command.options.some((option) => option.attributeName() === name);
  if (!takes('policy')) return;
  const { policy: asked } = command.opts<{ policy?: string }>();
  const policy = await loadPolicy(asked);
  for (const name of names) {
    const path = policy[name];
    if (path === undefined || !takes(name) || command.getOptionValue(name) !== undefined) continue;
    command.setOptionValueWithSource(name, resolve(dirname(policy.from), path), 'config');
  }
}
