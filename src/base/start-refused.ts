/** Why the program does not start; the message is words for people, in Chinese and English, and says what to do. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}

/** Refuses a store that a later version of the program has already changed: this one would write it in an old form. */
export function refuseNewerSchema(store: string, applied: Iterable<string>, known: readonly string[]): void {
  const unknown = [...applied].filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  throw new StartRefused(
    `${store} 的結構比這個版本的程式新（${unknown.join('、')}）。請改用升級後的程式；要回到舊版，請由升級前的備份還原。\n` +
      `${store} was changed by a later version of the program (${unknown.join(', ')}). Start that version; to go back, restore the backup from before.`,
  )
}
