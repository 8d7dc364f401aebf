import type * as Yaml from 'yaml';
import type { CST } from 'yaml';
import type { SourceText } from './source-text.js';

export const documentLimit = 10_000;
const depthLimit = 100;
/** Keys, values, blanks and marks: more than the largest bundles have, and what takes the parser some seconds at most. */
const lexemeLimit = 1_000_000;
const directiveLimit = 100;
/** Anchors, aliases and tags; they are what a parser can be kept busy with. */
const propertyLimit = 50_000;

/**
 * The syntax tree of each document as it is read, so that the limits hold before anything deep or long is built.
 * @throws ImgcheckError usage, with file, line and column, past a limit
 */
export function* readYamlTokens(yaml: typeof Yaml, source: SourceText, text: string): Generator<CST.Token> {
  const parser = new yaml.Parser();
  let lexemes = 0;
  let documents = 0;
  let directives = 0;
  let properties = 0;
  const bounded = function* (tokens: Iterable<CST.Token>): Generator<CST.Token> {
    for (const token of tokens) {
      if (token.type === 'error') throw source.fault(token.offset, `not YAML: ${firstSentence(token.message)}`);
      if (token.type === 'document' && ++documents > documentLimit) {
        throw source.fault(token.offset, `the file holds more than ${documentLimit} documents`);
      }
      if (token.type === 'directive' && ++directives > directiveLimit) {
        throw source.fault(token.offset, `the file holds more than ${directiveLimit} directives`);
      }
      yield token;
    }
  };
  for (const lexeme of new yaml.Lexer().lex(text)) {
    if (++lexemes > lexemeLimit)
      throw source.fault(parser.offset, `the file holds more than ${lexemeLimit} YAML tokens`);
    if (/^[&*!]/.test(lexeme) && ++properties > propertyLimit) {
      throw source.fault(parser.offset, `the file holds more than ${propertyLimit} anchors, aliases and tags`);
    }
    yield* bounded(parser.next(lexeme));
    // On the stack are the document, what is open in it, and the scalar at hand.
    if (parser.stack.length > depthLimit + 2) throw source.fault(parser.offset, `nested more than ${depthLimit} deep`);
  }
  yield* bounded(parser.end());
}

/** A parser's message without its place and what follows it. */
export function firstSentence(message: string): string {
  const [line = ''] = message.split('\n');
  return line
    .slice(0, 200)
    .replace(/ at line \d+, column \d+:?$/, '')
    .replace(/\.$/, '');
}
