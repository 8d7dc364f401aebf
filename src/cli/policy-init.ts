import { writeFile } from 'node:fs/promises';
import { ImgcheckError } from '../core/error.js';
import type { ProfileName } from '../policy/policy.js';
import { renderStartingPolicy } from '../policy/starting-policy.js';
import { writeOutput } from './output.js';

export interface PolicyInitOptions {
  readonly profile: ProfileName;
  readonly output?: string;
}

/** `imgcheck policy init`: a policy file to begin with. @throws ImgcheckError usage where there is a file already */
export async function runPolicyInit({ profile, output }: PolicyInitOptions): Promise<number> {
  const text = renderStartingPolicy(profile);
  if (output === undefined) {
    await writeOutput(text, undefined);
    return 0;
  }
  try {
    await writeFile(output, text, { flag: 'wx' });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    if (code === 'EEXIST') {
      const hint = 'name another file, or leave --output out to see what it would say';
      throw new ImgcheckError('usage', 'the file exists, and is not written over', { subject: output, hint, cause });
    }
    throw new ImgcheckError('usage', `the policy file cannot be written: ${code}`, { subject: output, cause });
  }
  return 0;
}
