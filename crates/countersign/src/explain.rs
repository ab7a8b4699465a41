//! What was wrong with a request, as it is handed out.

pub(crate) mod kept;
pub(crate) mod report;
