/** Why secrets in a file are none: it is there to be read or to try something with. */
export type PublicPlace = 'documentation' | 'tests';

/** Folders that distributions and package managers fill. */
const packaged =
  /(?:^|\/)(?:usr\/(?:share|src|include|lib(?:32|64|exec)?)|lib\/python[\d.]+|(?:site|dist)-packages|node_modules|gems|vendor|go\/pkg\/mod|\.cargo\/registry|perl5?|\.m2\/repository)\//;
const goSource = /(?:^|\/)(?:usr\/local\/go|usr\/lib\/go[^/]*|usr\/lib\/golang)\/(?:src|test)\//;
const forTests =
  /^(?:tests?|__tests__|spec|testing|test-?suites?|test[-_]?(?:data|keys|certs|fixtures|vectors)|fixtures?|demos?|examples?|samples?|bench(?:marks?)?|templates?|dummyserver)$/i;
const testName = /(?:^|[-_.])(?:fake|dummy|mock|tests?|spec|example|sample|snakeoil)(?:[-_.]|$)/i;
const documentation =
  /^(?:usr\/(?:local\/)?share\/(?:doc|man|info|gtk-doc|help|javadoc)|usr\/(?:local\/)?(?:man|doc))\//;

/**
 * What of a path says that keys in it are there for everyone: documentation of packages, tests and samples that come
 * inside packages, Go's own source, and `testdata` (Go's word for it) anywhere. A folder of one's own called `test`
 * says nothing.
 */
export function publicPlaceOf(path: string): PublicPlace | undefined {
  if (documentation.test(path)) return 'documentation';
  const above = path.split('/').slice(0, -1);
  if (above.includes('testdata') || goSource.test(path)) return 'tests';
  const found = packaged.exec(path);
  if (!found) return undefined;
  const within = path.slice(found.index + found[0].length).split('/');
  const name = within.pop() ?? '';
  if (testName.test(name) || within.some((one) => forTests.test(one))) return 'tests';
  return within.some((one) => /^(?:docs?|man)$/i.test(one)) || /^(?:readme|changelog|history)\b/i.test(name)
    ? 'documentation'
    : undefined;
}
