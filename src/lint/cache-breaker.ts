import type { Instruction } from './dockerfile-instructions.js';

const nonceName =
  /nonce|cache_?(?:bust|break|date)|bust_?cache|refresh(?:ed)?(?:_at)?$|(?:build|update|patch)_?(?:date|time|stamp|id|number)$|timestamp/i;
const date = /\b20\d\d-?[01]\d-?[0-3]\d/;

/**
 * Whether an instruction is there to change from build to build, so that the builder's cache ends at it: an ARG, a nonce
 * or a date in ENV, LABEL or the text of a RUN, a remote file.
 */
export function changesEachBuild({ keyword, properties, words, commands }: Instruction): boolean {
  if (keyword === 'ARG') return true;
  if (keyword === 'ENV' || keyword === 'LABEL')
    return properties.some(({ name, value = '' }) => nonceName.test(name) || date.test(value));
  if (keyword === 'ADD') return words.slice(0, -1).some(({ text }) => /^https?:\/\//i.test(text));
  return (
    keyword === 'RUN' &&
    commands.some((command) => command.some(({ text }) => date.test(text) || /^nonce\b/i.test(text)))
  );
}
