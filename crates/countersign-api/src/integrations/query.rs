//! Which integrations a list is asked for.

use countersign_authority::IntegrationFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::problem::Problem;
use crate::words;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// In this state.
    #[param(example = "enabled")]
    state: Option<String>,
    /// With this in the name, in whatever case.
    name: Option<String>,
    /// Only those that the account owns, or only the others.
    owned: Option<bool>,
    /// Only those that a token can be made for: enabled, with Token-Based Authentication checked.
    /// Also for whoever may make tokens. Goes with none of the others.
    #[serde(default)]
    pub(super) offers_tokens: bool,
    /// At most so many rows. A part may have fewer, or none, and go on.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub(super) limit: Option<u16>,
    /// `next` of the part before.
    pub(super) cursor: Option<String>,
}

impl ListQuery {
    pub(super) fn read(&self) -> Result<IntegrationFilter, Problem> {
        let state = self.state.as_deref().map(words::state).transpose();
        let filter = IntegrationFilter {
            state: state.map_err(|rule| rule.of_query("state"))?,
            name: self.name.clone(),
            owned: self.owned,
            show_blocked: true,
        };
        let is_narrowed = filter != IntegrationFilter { show_blocked: true, ..Default::default() };
        if self.offers_tokens && is_narrowed {
            let rule = "offers_tokens goes with no other criterion";
            return Err(Problem::new("invalid-query", rule).at("offers_tokens"));
        }
        Ok(filter)
    }
}
