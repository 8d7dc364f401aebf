import { checks } from '../checks/all.js';
import type { Check } from '../checks/check.js';
import { ImgcheckError } from '../core/error.js';
import { rules } from '../lint/all.js';
import { builtInPolicy, requirementOf } from '../policy/policy.js';
import { pad, wrap } from '../report/style.js';
import { styleFor, writeOutput } from './output.js';

/** What can be explained: a check of images, or a rule of lint. */
interface Practice {
  readonly id: string;
  readonly asks: string;
  readonly reason: string;
  readonly remedy: string;
  readonly guide?: string;
}

/** `imgcheck explain [CHECK]`: what a check, or a rule of lint, asks, why, what to do. @throws ImgcheckError usage */
export async function runExplain(id: string | undefined): Promise<number> {
  const { width } = styleFor({ color: false });
  if (id === undefined) {
    const lines = [...listed('checks of images', checks, width), '', ...listed('rules of lint', rules, width)];
    await writeOutput(`${lines.join('\n')}\n`, undefined);
    return 0;
  }
  const check = checks.find((one) => one.id === id);
  const practice = check ?? rules.find((one) => one.id === id);
  if (!practice) {
    throw new ImgcheckError('usage', 'there is no such check, nor rule of lint', {
      subject: id,
      hint: `known: ${[...checks, ...rules].map((one) => one.id).join(', ')}`,
    });
  }
  const { asks, reason, remedy, guide } = practice;
  const rows: [string, string][] = [
    ['asks', asks],
    ['why', reason],
    ['remedy', remedy],
    ['binds', check ? bindingOf(check) : 'imgcheck lint ends with 1 when a finding is an error'],
    ...(guide === undefined ? [] : [['guide', `Container Security Guide, chapter ${guide}`] as [string, string]]),
  ];
  const lines = rows.map(([word, text]) => `  ${pad(word, 8)}${wrap(text, width - 10, ' '.repeat(10))}`);
  await writeOutput(`${practice.id}\n${lines.join('\n')}\n`, undefined);
  return 0;
}

function listed(title: string, practices: readonly Practice[], width: number): string[] {
  const column = Math.max(...practices.map(({ id }) => id.length)) + 4;
  const lines = practices.map(
    ({ id, asks }) => `  ${pad(id, column - 2)}${wrap(asks, width - column, ' '.repeat(column))}`,
  );
  return [title, ...lines];
}

function bindingOf(check: Check): string {
  return requirementOf(builtInPolicy, check.id) === 'required'
    ? `required without a policy file; a failure ends with exit code ${check.mendedByRebuild ? '4 (rebuild needed)' : '1'}`
    : 'advisory without a policy file: shown, never moving the exit code';
}
