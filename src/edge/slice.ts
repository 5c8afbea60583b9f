import type { Today } from '../wire/guide.ts'
import type { Caller } from './caller.ts'
import type { Route } from './route.ts'

/** A line of what waits for somebody by name. */
export type Waiting = Today['waiting'][number]

/**
 * What a slice hands to the program, made by its own `create…Slice` from the parts it needs. The program is a list of these
 * (src/program/compose.ts): whoever adds a slice writes its folder and one line there.
 */
export interface Slice {
  /** the folder's name */
  readonly name: string
  readonly routes: readonly Route[]
  /** what waits for this person, by due date; lines of nothing may be among them */
  readonly waiting?: (caller: Caller) => Promise<readonly Waiting[]>
  /** done once before anybody is served: what a killed program left half done is finished or undone */
  readonly recover?: () => Promise<void>
}
