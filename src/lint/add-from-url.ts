import type { LintRule } from './rule.js';

export const addFromUrl: LintRule = {
  id: 'add-from-url',
  asks: 'Is everything that a build fetches with ADD known beforehand?',
  reason: 'ADD takes whatever the address serves on the day of the build: no checksum and no signature is asked for.',
  remedy: 'Give ADD --checksum=sha256:..., or fetch and verify the file in a RUN.',
  guide: '2',
  dockerfile({ instructions }) {
    return instructions
      .filter(({ keyword, flags }) => keyword === 'ADD' && !flags.some(({ name }) => name === 'checksum'))
      .flatMap(({ words }) => words.slice(0, -1))
      .filter(({ text }) => isRemote(text))
      .map(({ text, offset }) => ({
        offset,
        severity: 'warning',
        message: `ADD fetches ${address(text)} without a checksum`,
      }));
  },
};

/** A commit is as good as a checksum. */
function isRemote(text: string): boolean {
  const plain = unquoted(text);
  if (!/^(?:https?:\/\/|git@|git:\/\/|ssh:\/\/)/i.test(plain)) return false;
  return !/#[0-9a-f]{40}(?::|$)/.test(plain);
}

function unquoted(text: string): string {
  return text.replace(/^\[?\s*["']?|["'],?\]?$/g, '');
}

/** Without what may be a secret: user, password, query. */
function address(text: string): string {
  return unquoted(text)
    .replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1')
    .replace(/[?#].*$/, '');
}
