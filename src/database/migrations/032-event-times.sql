-- Events of the last weeks, for the figures of the living guide. A few bytes for a thousand events: they come in time order.
CREATE INDEX event_by_time ON event USING brin (at);
