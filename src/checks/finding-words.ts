/** Of what an image can say without end so much is named. */
const namedLimit = 8;

/** `a, b and 2 more`. */
export function listed(words: readonly string[]): string {
  const more = words.length - namedLimit;
  return more > 0 ? `${words.slice(0, namedLimit).join(', ')} and ${more} more` : words.join(', ');
}

/** As much of what an image wrote as fits into a sentence. */
export function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
