-- An erasure takes two: one asks, another approves, and only then keys are destroyed.
CREATE TABLE erasure_request (
  request_id uuid PRIMARY KEY,
  expires_month integer,
  -- kept only while the request is open: after the erasure nothing may lead to the citizen
  person text,
  basis text NOT NULL,
  asked_by text NOT NULL,
  asked_by_post text NOT NULL,
  asked_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'withdrawn')),
  decided_by text,
  decided_at timestamptz,
  events integer,
  event_id uuid
);
