import type { FileDifference, FileVerification } from '../examination/file-verification.js';
import type { ReportedFile, ReportedFiles } from './report.js';

/** Puts the comparison of files with their packages into the shape that is reported. */
export function reportFiles(files: FileVerification): ReportedFiles {
  return { ...files, differences: files.differences.map(reportFile) };
}

function reportFile({
  path,
  package: owner,
  role,
  missing,
  differences,
  layer,
  packageLayer,
}: FileDifference): ReportedFile {
  return {
    path: `/${path}`,
    package: owner,
    role,
    missing,
    attributes: differences.map(({ attribute }) => attribute),
    differences: differences.map(({ text }) => text),
    ...(layer === undefined ? {} : { layer: layer + 1 }),
    packageLayer: packageLayer + 1,
  };
}
