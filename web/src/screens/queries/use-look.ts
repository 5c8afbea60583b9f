import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { LookAnswerView, LookBody, QuestionBody, RequestView } from '../../../../src/wire/gate-desk.ts'
import { proveWithPasskey, stepUp } from '../../api/passkey.ts'
import { sendForFile, sendJson } from '../../api/request.ts'
import { copyShown } from './copy-shown.ts'

export type FileFormat = 'csv' | 'ods' | 'pdf'

/** A question that was asked, with what the gate answered. */
export interface Asked {
  readonly question: QuestionBody
  readonly answer: LookAnswerView
}

const EMERGENCY_PATH = '/api/gate/emergencies'
const REQUEST_PATH = '/api/gate/requests'

/**
 * The way of one question through the gate: asked, explained where it was drawn, approved or opened in an emergency, and
 * taken along. Each step is the server's; this keeps only what is on the screen.
 */
export function useLook() {
  const [asked, setAsked] = useState<Asked | undefined>()
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: ['gate'] })
  const keep = (question: QuestionBody) => (answer: LookAnswerView) => {
    setAsked({ question, answer })
    void refresh()
  }
  const look = useMutation({
    mutationFn: (body: LookBody) => sendJson<LookAnswerView>('POST', '/api/gate/look', body),
    onSuccess: (answer, { challenge: _answered, ...question }) => keep(question)(answer),
  })
  const confirm = useMutation({ mutationFn: stepUp, onSuccess: () => asked && look.mutate(asked.question) })
  const request = useMutation({
    mutationFn: (justification: string) => sendJson('POST', REQUEST_PATH, { ...asked?.question, justification }),
    onSuccess: refresh,
  })
  const emergency = useMutation({
    mutationFn: async (justification: string) => {
      const assertion = await proveWithPasskey(asked?.answer.outcome.binding)
      const body = { ...asked?.question, justification, assertion }
      const { id } = await sendJson<{ id: string }>('POST', EMERGENCY_PATH, body)
      return sendJson<LookAnswerView>('POST', `${REQUEST_PATH}/${id}/look`)
    },
    onSuccess: (answer) => asked && keep(asked.question)(answer),
  })
  const open = useMutation({
    mutationFn: ({ id }: RequestView) => sendJson<LookAnswerView>('POST', `${REQUEST_PATH}/${id}/look`),
    // What was typed is sealed on the server; the answer alone is shown, and taking it along is asked for anew.
    onSuccess: (answer, { act }) => keep({ query: '', parameters: {}, purpose: '', act: actOf(act) })(answer),
  })
  const take = useMutation({
    mutationFn: ({ question, format }: { readonly question: QuestionBody; readonly format: FileFormat }) =>
      sendForFile<LookAnswerView>('/api/gate/export', { ...question, format }),
    onSuccess: (said, { question, format }) => {
      if (said) keep({ ...question, act: format === 'pdf' ? 'print' : 'export' })(said)
      else void refresh()
    },
  })
  const copy = useMutation({
    mutationFn: async (question: QuestionBody) => {
      const body = { ...question, act: 'copy' as const }
      const answer = await sendJson<LookAnswerView>('POST', '/api/gate/look', body)
      if (answer.shown) await copyShown(answer.shown)
      return answer
    },
    onSuccess: (answer, question) => {
      if (answer.shown) void refresh()
      else keep({ ...question, act: 'copy' })(answer)
    },
  })
  return { asked, clear: () => setAsked(undefined), look, confirm, request, emergency, open, take, copy }
}

export type Look = ReturnType<typeof useLook>

const ACTS = ['query', 'export', 'print', 'copy'] as const
const actOf = (text: string) => ACTS.find((each) => each === text) ?? 'query'
