import { asTyped, inOneLine, plainSentence } from '../wire/typed-text.ts'

/** One line of a list on the terminal: whatever was typed into a cell, it makes no line and no column of its own. */
export const tableLine = (...cells: readonly string[]): string => `${cells.map(inOneLine).join('\t')}\n`

/** Text for a terminal: what would steer it is written as a number. Lines and tabs stay. */
export const forTerminal = (text: string): string => asTyped(plainSentence(text), { keepsLines: true })

/** The same for talk, in which the progress line goes back to its beginning and clears what is left. */
export const talkForTerminal = (text: string): string =>
  text
    .split(CLEAR_REST)
    .map((part) =>
      part
        .split(/\r(?!\n)/)
        .map(forTerminal)
        .join('\r'),
    )
    .join(CLEAR_REST)

const CLEAR_REST = '\u001b[K'
