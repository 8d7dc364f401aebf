import type { Engine } from '../advise/advice.js';
import { escapeText } from '../core/escape.js';
import type { HardenReport, ReportedAdvice } from './harden-report.js';

type RunEngine = Exclude<Engine, 'kubernetes'>;

/** The advice that an engine is told. */
export function adviceFor({ advice }: HardenReport, engine: Engine): readonly ReportedAdvice[] {
  return advice.filter(({ engines }) => engines.includes(engine));
}

/** A DNS label (RFC 1123) for every path, each its own, the same whenever it is asked. */
export function volumeNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const path of paths) {
    const label = path
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(-50)
      .replace(/^-+|-+$/g, '');
    const plain = label === '' ? 'data' : label;
    let name = plain;
    for (let i = 2; taken.has(name); i++) name = `${plain}-${i}`;
    taken.add(name);
    names.set(path, name);
  }
  return names;
}

/**
 * One command that can be pasted into a POSIX shell, over several lines. An image that only a file has is named IMAGE where
 * the engine cannot run it from there, with a line that says so.
 */
export function renderRunLine(report: HardenReport, engine: RunEngine): string {
  const { name, pinned, reference } = report.image;
  const local = pinned === undefined;
  const image = pinned ?? (engine === 'podman' ? reference : 'IMAGE');
  const advice = adviceFor(report, engine);
  const volumes = volumeNames(advice.filter(({ setting }) => setting === 'volume').map(({ value }) => value));
  const options = advice
    .map((one) =>
      one.setting === 'volume' ? ['--volume', `${name}-${volumes.get(one.value) ?? ''}:${one.value}`] : optionOf(one),
    )
    .filter((words) => words.length > 0);
  const lines = [`${engine} run`, ...options.map((words) => words.map(quote).join(' ')), quote(image)];
  const note = `# IMAGE stands for ${escapeText(reference)} once ${engine} has it loaded\n`;
  return `${local && engine !== 'podman' ? note : ''}${lines.join(' \\\n  ')}\n`;
}

/** The words for one setting; none where the engine does so by itself, or has no word for it. */
function optionOf({ setting, value }: ReportedAdvice): readonly string[] {
  switch (setting) {
    case 'user':
      // Root is what the image says by itself.
      return /^0(?::|$)/.test(value) ? [] : ['--user', value];
    case 'cap-drop':
    case 'cap-add':
    case 'sysctl':
    case 'tmpfs':
      return [`--${setting}`, value];
    case 'no-new-privileges':
      return value === 'true' ? ['--security-opt', 'no-new-privileges'] : [];
    case 'read-only':
      return value === 'true' ? ['--read-only'] : [];
    case 'selinux-type':
      return ['--security-opt', `label=type:${value}`];
    case 'systemd':
      return [`--systemd=${value}`];
    case 'volume':
    case 'seccomp':
    case 'service-account-token':
      return [];
  }
}

/** As it is where no shell reads anything into it, else in single quotes (POSIX shell, 2.2.2). */
function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
