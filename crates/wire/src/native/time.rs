use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment, in milliseconds since the Unix epoch; on the wire RFC 3339 in UTC with milliseconds,
/// `2026-11-20T09:30:00.000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// The text of the wire. A moment outside the years -9999 to 9999 is shown as the epoch.
    pub fn to_text(self) -> String {
        let moment =
            jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        format!("{moment:.3}")
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let moment: jiff::Timestamp = text.parse().map_err(|_| {
            de::Error::custom("expected an RFC 3339 time such as 2026-11-20T09:30:00.000Z")
        })?;
        Ok(Self(moment.as_millisecond()))
    }
}

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "RFC 3339, UTC, milliseconds: 2026-11-20T09:30:00.000Z",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn a_time_is_written_with_three_digits_and_read_back() {
        let time = Time(1_795_167_000_000);
        let text = serde_json::to_string(&time).unwrap();
        assert_eq!(text, "\"2026-11-20T09:30:00.000Z\"");
        assert_eq!(serde_json::from_str::<Time>(&text).unwrap(), time);
    }

    #[test]
    fn a_time_that_is_none_is_refused_with_an_example() {
        let error = serde_json::from_str::<Time>("\"yesterday\"").unwrap_err();
        assert!(error.to_string().contains("2026-11-20T09:30:00.000Z"));
    }
}
