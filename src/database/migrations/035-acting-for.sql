-- In whose place an approver decided: the account of his principal, '' when in his own. A principal and his deputy are one
-- authority, so the two of them are not two persons.
ALTER TABLE gate_approval ADD COLUMN acting_for text NOT NULL DEFAULT '';
