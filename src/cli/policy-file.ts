import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImgcheckError } from '../core/error.js';
import { builtInPolicy, type Policy } from '../policy/policy.js';
import { xdgFolder } from './folders.js';

/** The policy file that was named, else the user's, else the built-in one; never one from the current folder. */
export async function loadPolicy(asked: string | undefined): Promise<Policy> {
  const standard = xdgFolder('XDG_CONFIG_HOME', '.config');
  const path = asked ?? (standard === undefined ? undefined : join(standard, 'imgcheck.yaml'));
  if (path === undefined) return builtInPolicy;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (missing && asked === undefined) return builtInPolicy;
    throw new ImgcheckError('usage', 'the policy file cannot be read', { subject: path, cause });
  }
  // It knows every check, and they are many: it is loaded when there is a file.
  const { parsePolicy } = await import('../policy/parse-policy.js');
  return parsePolicy(text, path);
}
