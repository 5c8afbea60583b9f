import { join } from 'node:path'
import { appendBounded } from '../base/bounded-log.ts'

/**
 * Writes down where an error nobody foresaw came from, for whoever mends the program, and answers the line for the person
 * at the machine. Names, codes and places only: a message may quote what somebody typed.
 */
export function noteFailure(error: unknown, dataFolder: string): string {
  const path = join(dataFolder, 'failures.log')
  const name = error instanceof Error ? error.name : typeof error
  const { code } = (error ?? {}) as { code?: unknown }
  const what = [name, ...(typeof code === 'string' ? [code] : [])].join(' ')
  appendBounded(path, `${new Date().toISOString()} ${what}\n${placesOf(error)}\n`)
  return (
    `發生未預期的錯誤（${what}），程式已停止。細節見 ${path}；請重新啟動，持續發生時將該檔提供給維護人員。\n` +
    `Something unexpected went wrong (${what}) and the program stopped. Details are in ${path}; start it again, and give that file to who maintains it if it goes on.`
  )
}

// An invariant's words are the program's own and quote nothing.
function placesOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const invariant = error.message.startsWith('invariant broken: ') ? [`  ${error.message}`] : []
  const cause = error.cause === undefined ? [] : [`  caused by ${placesOf(error.cause)}`]
  return [...invariant, ...places, ...cause].join('\n')
}
