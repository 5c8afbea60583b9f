-- A system that states who is in office (SCIM) may do that and nothing else; one that asks for decisions may not.
ALTER TABLE calling_system ADD COLUMN is_provisioner boolean NOT NULL DEFAULT false;

-- What a directory calls the people and units it told of, and which it took back. `id`: staff number or code of a unit.
CREATE TABLE scim_resource (
  agency text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('user', 'group')),
  id text NOT NULL,
  external_id text NOT NULL DEFAULT '',
  is_gone boolean NOT NULL DEFAULT false,
  PRIMARY KEY (agency, kind, id)
);
CREATE INDEX scim_resource_by_external_id ON scim_resource (agency, kind, external_id) WHERE external_id <> '';
