use std::collections::BTreeMap;

/// A message that the server said is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// The sender's id of it.
    pub client_id: String,
    /// Where.
    pub conversation: String,
    /// The place that the acknowledgement told.
    pub seq: u64,
    /// Its text.
    pub text: String,
}

/// An event as someone saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The place.
    pub seq: u64,
    /// The sender's id, when it is a message whose id is known.
    pub client_id: Option<String>,
    /// Its text, when it is a message.
    pub text: Option<String>,
}

/// What one reader was told, in the order of telling, by conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reader {
    /// Who and by which door.
    pub name: String,
    /// By conversation.
    pub told: BTreeMap<String, Vec<Told>>,
}

/// Everything that is known after a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// What was acknowledged, each acknowledgement as it came.
    pub acknowledged: Vec<Acknowledged>,
    /// The logs as the server gives them in the end, by conversation.
    pub logs: BTreeMap<String, Vec<Told>>,
    /// What the readers were told.
    pub readers: Vec<Reader>,
    /// How often the server was killed.
    pub kills: usize,
    /// How often a reader's connection went on, and how often it had to read on from the log.
    pub resumed: usize,
    /// See [`Evidence::resumed`].
    pub reset: usize,
}
