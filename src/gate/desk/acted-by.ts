/** A system that acts in an official's name: its acts are its own, and say whose name it used. */
export interface Via {
  readonly system: string
}

/** An event as the act of whoever did it: the official, or a system in his name, and then never his. */
export const actedBy = <Event extends { readonly actor: string; readonly actorPost: string; readonly detail: object }>(
  event: Event,
  via: Via | undefined,
): Event =>
  via
    ? {
        ...event,
        ...{ actor: `system:${via.system}`, actorPost: '' },
        detail: { ...event.detail, onBehalfOf: event.actor },
      }
    : event
