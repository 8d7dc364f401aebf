import type { Instruction as ParsedInstruction, Onbuild, PropertyInstruction } from 'dockerfile-ast';
import type { Text } from './container.js';
import { findHeredocs, readHeredocs, type Heredoc } from './heredoc.js';
import { readLogicalLine } from './logical-line.js';
import { maskQuotedHeredocs } from './quoted-heredoc.js';
import { readScript } from './run-script.js';
import { removed, type ShellCommand } from '../core/shell.js';
import type { SourceText } from './source-text.js';

export interface Property {
  readonly name: string;
  /** Undefined for `ARG NAME`. */
  readonly value: string | undefined;
  readonly offset: number;
  readonly valueOffset: number;
  /** The value as the builder reads it, as long as it is there: what quotes and the escape character took is `removed`. */
  readonly raw: string;
}

export interface Instruction {
  /** Upper case; of what ONBUILD is to run, the instruction itself. */
  readonly keyword: string;
  readonly offset: number;
  readonly end: number;
  /** Run by a later build that stands on this image, not by this one. */
  readonly onbuild: boolean;
  /** Arguments without flags. */
  readonly words: readonly Text[];
  /** `--name=value`; the text is `name=value`. */
  readonly flags: readonly Property[];
  /** Of ARG, ENV and LABEL. */
  readonly properties: readonly Property[];
  /** What RUN runs, also from here-documents that a shell reads. */
  readonly commands: readonly ShellCommand[];
  readonly heredocs: readonly Heredoc[];
}

/** Characters: more than any Dockerfile has, and little enough for the parser to stay quick. */
export const dockerfileLimit = 256 * 1024;

/**
 * The instructions of a Dockerfile in their order, unknown ones as well.
 * @throws ImgcheckError usage, with file and line, for a file that is too long
 */
export async function readInstructions(source: SourceText): Promise<Instruction[]> {
  if (source.text.length > dockerfileLimit) {
    throw source.fault(0, `the Dockerfile exceeds ${dockerfileLimit} characters`);
  }
  const { DockerfileParser } = await import('dockerfile-ast');
  const escape = /^\s*#\s*escape\s*=\s*`/im.test(leadingComments(source.text)) ? '`' : '\\';
  // What the parser takes for a line end or a here-document and Docker does not; every offset stays.
  const text = maskQuotedHeredocs(source.text, escape).replace(/\r(?!\n)/g, ' ');
  return DockerfileParser.parse(text)
    .getInstructions()
    .map((one) => readInstruction(one, source, escape));
}

/** Where directives may stand: before anything else. */
function leadingComments(text: string): string {
  return /^(?:#[^\n]*\n|[ \t]+#[^\n]*\n)*/.exec(text)?.[0] ?? '';
}

function readInstruction(parsed: ParsedInstruction, source: SourceText, escape: string): Instruction {
  const outer = parsed.getKeyword();
  const trigger = outer === 'ONBUILD' ? (parsed as Onbuild).getTriggerInstruction() : null;
  const inner = trigger ?? parsed;
  const keyword = inner.getKeyword();
  const range = inner.getRange();
  const offset = source.offset(range.start.line, range.start.character);
  const end = source.offset(range.end.line, range.end.character);
  const line = readLogicalLine(source.text, offset, source.text.length, escape);
  const opened = ['RUN', 'COPY', 'ADD'].includes(keyword) ? findHeredocs(line.text, offset) : [];
  const at = (position: { line: number; character: number }): number =>
    source.offset(position.line, position.character);
  const words = inner
    .getArguments()
    .map((word) => ({ text: word.getValue(), offset: at(word.getRange().start) }))
    .filter((word) => word.offset < line.end);
  // The parser knows where an instruction ends; what it takes for none is none.
  const heredocs =
    end > line.end || line.end === source.text.length ? readHeredocs(source.text, line.end, end, opened) : [];
  const flags = flagsOf(inner, at);
  const last = flags.at(-1);
  const from = last ? last.offset + 2 : offset + keyword.length;
  return {
    keyword,
    offset: source.offset(parsed.getRange().start.line, parsed.getRange().start.character),
    end: Math.max(end, line.end),
    onbuild: outer === 'ONBUILD',
    words,
    flags,
    properties: propertiesOf(keyword, inner, words, { text: line.text, offset, escape }, at),
    commands: keyword === 'RUN' ? readScript({ source: source.text, line, offset, from, heredocs }) : [],
    heredocs,
  };
}

interface Flagged {
  getFlags(): {
    getName(): string;
    getValue(): string | null;
    getRange(): { start: { line: number; character: number } };
  }[];
}

function flagsOf(
  parsed: ParsedInstruction,
  at: (position: { line: number; character: number }) => number,
): readonly Property[] {
  if (!('getFlags' in parsed)) return [];
  return (parsed as unknown as Flagged).getFlags().map((flag) => {
    const offset = at(flag.getRange().start);
    const value = flag.getValue() ?? undefined;
    return { name: flag.getName(), value, offset, valueOffset: offset, raw: value ?? '' };
  });
}

function propertiesOf(
  keyword: string,
  parsed: ParsedInstruction,
  words: readonly Text[],
  line: { readonly text: string; readonly offset: number; readonly escape: string },
  at: (position: { line: number; character: number }) => number,
): readonly Property[] {
  if (keyword === 'ENV' || keyword === 'LABEL') {
    return (parsed as PropertyInstruction).getProperties().map((one) => {
      const offset = at(one.getNameRange().start);
      const range = one.getValueRange();
      const start = range ? at(range.start) : offset;
      const written = range ? line.text.slice(start - line.offset, at(range.end) - line.offset) : '';
      const quote = /^(["'])[^]*\1$/.exec(written)?.[1] ?? '';
      const quoted = quote !== '';
      const raw = unescaped(quoted ? written.slice(1, -1) : written, quote, line.escape);
      return { name: one.getName(), value: one.getValue() ?? '', offset, valueOffset: quoted ? start + 1 : start, raw };
    });
  }
  return keyword === 'ARG' ? words.map(argument) : [];
}

/** Between single quotes nothing is escaped, between double ones what has a meaning there, elsewhere any character. */
function unescaped(text: string, quote: string, escape: string): string {
  if (quote === "'") return text;
  const meant = quote === '"' ? `"$${escape}` : '';
  return text.replace(/([\\`])([^])/g, (found: string, first: string, next: string) =>
    first === escape && (meant === '' || meant.includes(next)) ? removed + next : found,
  );
}

function argument({ text, offset }: Text): Property {
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text, value: undefined, offset, valueOffset: offset, raw: '' };
  const raw = text.slice(equals + 1);
  const value = raw.replace(/^(["'])([^]*)\1$/, '$2');
  return { name: text.slice(0, equals), value, offset, valueOffset: offset + equals + 1, raw };
}
