/** True for what the file system throws where nothing of that name is there: any other failure is one to be told. */
export function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code));
}
