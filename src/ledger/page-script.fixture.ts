import { bundlePage } from './bundle.ts'

/** What the evidence page finds, before it is drawn. */
export interface Seen {
  readonly verdict: 'good' | 'unpinned' | 'bad' | 'unable'
  readonly compared?: 'none' | 'match' | 'differs' | 'fork' | 'unreadable'
  readonly steps: readonly { readonly outcome: 'good' | 'bad' | 'open' }[]
  readonly key?: { readonly origin: string; readonly fingerprint: string; readonly vkey: string }
  readonly index?: number
  readonly size?: number
  readonly facets?: readonly (readonly [string, readonly (readonly [string, string])[]])[]
  readonly signed?: string
  readonly unproved?: readonly (readonly [string, string])[]
  readonly proof?: string
}

const SCRIPT = /<script>([\s\S]*?)<\/script>/.exec(bundlePage())?.[1] ?? ''

/** The page's own script, as written into every file, run without a browser: what it would show of a record. */
export const examine: (text: string, pin?: string) => Promise<Seen> = new Function(`${SCRIPT}; return examine`)()
