import type { Instruction } from './dockerfile-instructions.js';
import { packageSteps } from '../analyzers/package-step.js';
import type { LintRule } from './rule.js';

export const copyBeforePackages: LintRule = {
  id: 'copy-before-packages',
  asks: 'Are packages installed before what changes more often is copied?',
  reason: 'A changed source file throws away the cache of everything below it: each build installs the packages again.',
  remedy:
    'Move the package step above it; copy first only what the step needs (repository files, keys, lists of packages).',
  guide: '3.3',
  dockerfile({ stages }) {
    return stages.flatMap(({ instructions }) => {
      const last = instructions.findLastIndex(
        ({ keyword, commands }) =>
          keyword === 'RUN' &&
          commands.flatMap(packageSteps).some(({ action }) => action === 'install' || action === 'upgrade'),
      );
      return instructions
        .slice(0, Math.max(0, last))
        .filter(copiesSources)
        .map(({ keyword, offset, words }) => ({
          offset,
          severity: 'warning',
          message: `${keyword} of ${bare(words[0]?.text ?? '')} stands before a package step: every change installs the packages again`,
        }));
    });
  },
};

const sourceNames = /^(?:src|source|sources|app|lib|web|www|public|static|templates|cmd|pkg|internal)$/;

/** The whole context, a folder, or what is called like one of sources; not from another stage, not into system folders. */
function copiesSources({ keyword, words, flags, heredocs, onbuild }: Instruction): boolean {
  if ((keyword !== 'COPY' && keyword !== 'ADD') || onbuild || heredocs.length > 0) return false;
  if (flags.some(({ name }) => name === 'from') || words.length < 2) return false;
  const texts = words.map(({ text }) => bare(text));
  const target = texts.at(-1) ?? '';
  if (
    /^\/(?:etc|usr|var|lib|run|root)(?:\/|$)/.test(target) &&
    !/^\/(?:usr\/src|usr\/local\/app|var\/www|usr\/share\/nginx)/.test(target)
  )
    return false;
  return texts.slice(0, -1).some((text) => {
    const plain = text.replace(/^\.\//, '');
    if (/^(?:|\.|\*)$/.test(plain)) return true;
    if (/(?:^|\/)(?:root|rootfs|overlay|.*repos?(?:\.d)?|.*keys?|rpms?|debs?|packages|certs?|etc)\/?$/i.test(plain))
      return false;
    return plain.endsWith('/') || sourceNames.test(plain);
  });
}

/** Without the marks of the exec form. */
function bare(text: string): string {
  return text.replace(/^\[?"|",?\]?$/g, '');
}
