import { useEffect, useState } from 'react'
import type { RevealAnswer, RevealRequest } from '../../../../src/wire/access.ts'
import { sendJson } from '../../api/request.ts'

/** How long a name stays on the screen. Long enough to compare with a paper, short enough for a desk left alone. */
export const SHOWN_SECONDS = 60

export interface Revealed extends RevealAnswer {
  readonly hidesAt: number
}

/**
 * The name now shown, kept in this component only: it is never cached, and gone after a minute or when the page is left.
 * `reveal` throws ProblemError when the server refuses; nothing is shown then.
 */
export function useRevealed(accessId: string) {
  const [revealed, setRevealed] = useState<Revealed | null>(null)
  useEffect(() => {
    if (!revealed) return
    const timer = setTimeout(() => setRevealed(null), revealed.hidesAt - Date.now())
    return () => clearTimeout(timer)
  }, [revealed])
  const reveal = async (request: RevealRequest): Promise<void> => {
    const answer = await sendJson<RevealAnswer>('POST', `/api/accesses/${encodeURIComponent(accessId)}/reveal`, request)
    setRevealed({ ...answer, hidesAt: Date.now() + SHOWN_SECONDS * 1000 })
  }
  return { revealed, reveal, hide: () => setRevealed(null) }
}
