import { programName, splitShell, withoutWrappers, type ShellCommand } from '../core/shell.js';

const shells = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'zsh', 'busybox']);
/** Shells that start shells: nobody goes deeper. */
const depthLimit = 4;

/**
 * The commands that a step ran, read from its line of the history as builders write it: classic Docker and buildah
 * (`/bin/sh -c dnf update`, `|1 A=b /bin/sh -c ...`), BuildKit (`RUN /bin/sh -c ... # buildkit`), kaniko (the RUN as it stands
 * in the Dockerfile), with flags, here-documents and the exec form. None of a line that ran nothing.
 */
export function instructionCommands(instruction: string): ShellCommand[] {
  const line = instruction.trim();
  if (/^(?!RUN\s)[A-Z]+\s/.test(line)) return [];
  const list = execForm(withoutFlags(line.replace(/^RUN\s+/, '')));
  if (list) return [list, ...nested(list, 0)];
  const script = withoutFlags(withoutShell(withoutArguments(withoutFlags(line.replace(/^RUN\s+/, '')))));
  if (script.startsWith('#(nop)')) return [];
  return commandsOf(hereDocument(script.trim()) ?? script, 0);
}

function commandsOf(script: string, depth: number): ShellCommand[] {
  return splitShell(script.replace(/\\\r?\n/g, '')).flatMap((command) => [command, ...nested(command, depth)]);
}

/** What `sh -c` is given. */
function nested(command: ShellCommand, depth: number): ShellCommand[] {
  const words = withoutWrappers(command);
  if (depth >= depthLimit || !shells.has(programName(words[0]?.text ?? ''))) return [];
  const flag = words.findIndex((word) => /^-[a-z]*c$/.test(word.text));
  const script = flag < 0 ? undefined : words[flag + 1];
  return script ? commandsOf(script.text, depth + 1) : [];
}

/** `--mount=type=cache,target=/x --network=none `: those of the RUN, before what it runs. */
function withoutFlags(text: string): string {
  return text.replace(/^(?:--[a-z]+(?:=\S*)?\s+)+/, '');
}

/** `|2 A=one word B=x /bin/sh -c ...`: how many build arguments there are, and what they are, unquoted. */
function withoutArguments(text: string): string {
  if (!/^\|\d+\s/.test(text)) return text;
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    if (word.startsWith('/') && shells.has(programName(word))) return text.slice(index);
  }
  return text.replace(/^\|\d+\s+/, '');
}

function withoutShell(text: string): string {
  const first = /^\S+/.exec(text)?.[0] ?? '';
  if (!shells.has(programName(first))) return text;
  return text.slice(first.length).replace(/^(?:\s+(?:[-+]\w*o\s+\w+|[-+](?![a-z]*c\s)\S+))*\s+-[a-z]*c\s+/, '');
}

/** `["dnf","update"]`; undefined for anything else, which a shell then reads. */
function execForm(text: string): ShellCommand | undefined {
  if (!text.startsWith('[')) return undefined;
  let list: unknown;
  try {
    list = JSON.parse(text.replace(/\s# buildkit$/, ''));
  } catch {
    // A shell would try to run `[`, and so do we.
    return undefined;
  }
  if (!Array.isArray(list) || !list.every((one) => typeof one === 'string')) return undefined;
  return list.map((one) => ({ text: one, offset: 0 }));
}

/** The body of a script that is one here-document and nothing else. */
function hereDocument(script: string): string | undefined {
  const opening = /^<<-?\s*(["']?)(\w+)\1[ \t]*\r?\n/.exec(script);
  if (!opening) return undefined;
  const body = script.slice(opening[0].length);
  const lines = body.split('\n');
  const end = lines.findIndex((one) => one.trim() === opening[2]);
  return end < 0 ? body : lines.slice(0, end).join('\n');
}
