-- A notice anybody may send at will stands once in a reader's list until he has read it.
UPDATE gate_notice AS n SET read_at = n.at
  WHERE n.kind = 'assignment-wanted' AND n.read_at IS NULL AND EXISTS (
    SELECT FROM gate_notice AS later WHERE later.kind = n.kind AND later.to_account = n.to_account AND later.about = n.about
      AND later.read_at IS NULL AND (later.at, later.id) > (n.at, n.id));
CREATE UNIQUE INDEX gate_notice_asked_once ON gate_notice (to_account, about)
  WHERE kind = 'assignment-wanted' AND read_at IS NULL;
