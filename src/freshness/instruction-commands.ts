import { commandsIn, isShell, nestedCommands } from '../core/nested-commands.js';
import { programName, type ShellCommand } from '../core/shell.js';

/**
 * The commands that a step ran, read from its line of the history as builders write it: classic Docker and buildah
 * (`/bin/sh -c dnf update`, `|1 A=b /bin/sh -c ...`), BuildKit (`RUN /bin/sh -c ... # buildkit`), kaniko (the RUN as it stands
 * in the Dockerfile), with flags, here-documents and the exec form. None of a line that ran nothing.
 */
export function instructionCommands(instruction: string): ShellCommand[] {
  const line = instruction.trim();
  if (/^(?!RUN\s)[A-Z]+\s/.test(line)) return [];
  const list = execForm(withoutFlags(line.replace(/^RUN\s+/, '')));
  if (list) return [list, ...nestedCommands(list)];
  const script = withoutFlags(withoutShell(withoutArguments(withoutFlags(line.replace(/^RUN\s+/, '')))));
  if (script.startsWith('#(nop)')) return [];
  return commandsIn(hereDocument(script.trim()) ?? script);
}

/** `--mount=type=cache,target=/x --network=none `: those of the RUN, before what it runs. */
function withoutFlags(text: string): string {
  return text.replace(/^(?:--[a-z]+(?:=\S*)?\s+)+/, '');
}

/** `|2 A=one word B=x /bin/sh -c ...`: how many build arguments there are, and what they are, unquoted. */
function withoutArguments(text: string): string {
  if (!/^\|\d+\s/.test(text)) return text;
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    if (word.startsWith('/') && isShell(programName(word))) return text.slice(index);
  }
  return text.replace(/^\|\d+\s+/, '');
}

function withoutShell(text: string): string {
  const first = /^\S+/.exec(text)?.[0] ?? '';
  if (!isShell(programName(first))) return text;
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
