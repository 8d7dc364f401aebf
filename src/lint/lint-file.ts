import { rules } from './all.js';
import { composeContainers } from './compose.js';
import { readDaemonJson } from './daemon-json.js';
import { parseDockerfile, type Dockerfile } from './dockerfile.js';
import { documentKind, syntaxOf, type FileKind } from './file-kind.js';
import type { LintFinding, RuleFinding } from './finding.js';
import { findJsonFault } from './json-fault.js';
import { kubernetesContainers } from './kubernetes.js';
import type { LintRule } from './rule.js';
import { readSeccompProfile } from './seccomp-profile-file.js';
import { readSource, type SourceText } from './source-text.js';
import { applySuppressions, readSuppressions } from './suppression.js';
import { suppressionReasoned } from './suppression-reasoned.js';
import { parseSystemdUnit } from './systemd-unit.js';
import { parseYaml } from './yaml-document.js';

/** What the rules say of one file. */
export interface LintedFile {
  readonly file: string;
  readonly kind: FileKind;
  /** By place, then rule. */
  readonly findings: readonly LintFinding[];
  /** Findings that a comment with a reason takes away. */
  readonly suppressed: number;
  /** Findings past the limit: counted, not kept. */
  readonly omitted: number;
}

/** Of one file; what has more is not read to its end by anybody. */
const findingLimit = 10_000;

interface Subject {
  readonly kind: FileKind;
  ask(rule: LintRule): readonly RuleFinding[];
  /** The first line of the statement that a line is part of. */
  startOf(line: number): number;
}

/**
 * Puts every rule to one file.
 * @throws ImgcheckError usage, with file, line and column, for what cannot be read or is not what its name says
 */
export async function lintFile(file: string, bytes: Uint8Array): Promise<LintedFile> {
  const source = readSource(file, bytes);
  const subject = await readSubject(source);
  const asked: LintFinding[] = [];
  const seen = new Set<string>();
  for (const rule of rules) {
    for (const found of subject.ask(rule)) {
      // What containers share (a pod's volume, an anchor) is said once.
      const key = `${rule.id} ${found.offset}`;
      if (seen.has(key)) continue;
      seen.add(key);
      asked.push(placed(found, rule, source));
    }
  }
  const known = new Set(rules.map(({ id }) => id));
  const { kept, suppressed, remarks } = applySuppressions(asked, readSuppressions(source), known, subject.startOf);
  const all = [...kept, ...remarks.map((one) => placed(one, suppressionReasoned, source))];
  const listed =
    all.length <= findingLimit ? all : all.sort((a, b) => ranks[a.severity] - ranks[b.severity]).slice(0, findingLimit);
  const findings = listed.sort(
    (a, b) => a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0),
  );
  return { file, kind: subject.kind, findings, suppressed, omitted: all.length - findings.length };
}

/** What is cut off is the least of it. */
const ranks = { error: 0, warning: 1, note: 2 } as const;

function placed({ offset, message, severity, remedy }: RuleFinding, rule: LintRule, source: SourceText): LintFinding {
  return {
    rule: rule.id,
    file: source.file,
    ...source.place(offset),
    message,
    remedy: remedy ?? rule.remedy,
    severity,
  };
}

function same(line: number): number {
  return line;
}

async function readSubject(source: SourceText): Promise<Subject> {
  const syntax = syntaxOf(source.file, source.text);
  if (syntax === 'dockerfile') return dockerfileSubject(await parseDockerfile(source));
  if (syntax === 'unit') {
    const unit = parseSystemdUnit(source);
    return { kind: 'systemd-unit', ask: (rule) => rule.unit?.(unit) ?? [], startOf: same };
  }
  if (syntax === undefined) throw source.fault(0, 'the file is of no kind that can be judged', kinds);
  if (syntax === 'json') {
    const fault = findJsonFault(source.text);
    if (fault !== undefined) throw source.fault(fault, 'not JSON');
  }
  return documentSubject(source);
}

const kinds =
  'known: Dockerfile, Containerfile, Kubernetes and Compose files, daemon.json, systemd units, seccomp profiles';

function dockerfileSubject(dockerfile: Dockerfile): Subject {
  const { source, instructions, containers } = dockerfile;
  const starts = new Map<number, number>();
  for (const { offset, end } of instructions) {
    const first = source.place(offset).line;
    for (let line = first; line <= source.place(end).line; line++) starts.set(line, first);
  }
  return {
    kind: 'dockerfile',
    ask: (rule) => [...(rule.dockerfile?.(dockerfile) ?? []), ...(rule.containers?.(containers) ?? [])],
    startOf: (line) => starts.get(line) ?? line,
  };
}

async function documentSubject(source: SourceText): Promise<Subject> {
  const documents = await parseYaml(source);
  const [first] = documents;
  const kind = documentKind(source.file, documents);
  if (kind === undefined || first === undefined) {
    throw source.fault(
      first?.offset ?? 0,
      first ? 'neither Kubernetes, Compose, daemon.json nor a seccomp profile' : 'the file is empty',
      kinds,
    );
  }
  if (kind === 'daemon-json') {
    const settings = readDaemonJson(first);
    return { kind, ask: (rule) => rule.daemon?.(settings) ?? [], startOf: same };
  }
  if (kind === 'seccomp-profile') {
    const profile = readSeccompProfile(first);
    return { kind, ask: (rule) => rule.seccomp?.(profile) ?? [], startOf: same };
  }
  const containers = kind === 'kubernetes' ? kubernetesContainers(documents) : composeContainers(first);
  return { kind, ask: (rule) => rule.containers?.(containers) ?? [], startOf: same };
}
