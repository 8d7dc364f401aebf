import { checks } from '../checks/all.js';
import { ImgcheckError } from '../core/error.js';
import { builtInPolicy, requirementOf } from '../policy/policy.js';
import { pad, wrap } from '../report/style.js';
import { styleFor, writeOutput } from './output.js';

/** `imgcheck explain [CHECK]`: what a check asks, why, what to do. @throws ImgcheckError usage */
export async function runExplain(id: string | undefined): Promise<number> {
  const { width } = styleFor({ color: false });
  if (id === undefined) {
    const column = Math.max(...checks.map((check) => check.id.length)) + 2;
    const lines = checks.map(
      (check) => `${pad(check.id, column)}${wrap(check.asks, width - column, ' '.repeat(column))}`,
    );
    await writeOutput(`${lines.join('\n')}\n`, undefined);
    return 0;
  }
  const check = checks.find((one) => one.id === id);
  if (!check) {
    throw new ImgcheckError('usage', 'there is no such check', {
      subject: id,
      hint: `known: ${checks.map((one) => one.id).join(', ')}`,
    });
  }
  const binds =
    requirementOf(builtInPolicy, check.id) === 'required'
      ? `required without a policy file; a failure ends with exit code ${check.mendedByRebuild ? '4 (rebuild needed)' : '1'}`
      : 'advisory without a policy file: shown, never moving the exit code';
  const rows: [string, string][] = [
    ['asks', check.asks],
    ['why', check.reason],
    ['remedy', check.remedy],
    ['binds', binds],
    ...(check.guide === undefined
      ? []
      : [['guide', `Container Security Guide, chapter ${check.guide}`] as [string, string]]),
  ];
  const lines = rows.map(([word, text]) => `  ${pad(word, 8)}${wrap(text, width - 10, ' '.repeat(10))}`);
  await writeOutput(`${check.id}\n${lines.join('\n')}\n`, undefined);
  return 0;
}
