//! What the gate says to a signed request, and what its trail says about it.

use crate::{Call, Connection, Credentials, Deployment, rows, wait_for};

const PATH: &str = "/services/rest/record/v1/customer";

/// What came of a signed request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The upstream was told that these act.
    Admitted {
        /// The entity's number.
        entity: String,
        /// The role's number.
        role: String,
        /// The token's number.
        token: String,
    },
    /// Refused, and the login trail has it.
    Refused {
        /// The official detail.
        detail: String,
        /// What it was, more exactly.
        code: String,
        /// The reference of the answer.
        reference: String,
    },
}

impl Heard {
    /// Signs a request and sends it.
    pub(super) fn of(deployment: &Deployment, credentials: &Credentials) -> Self {
        let address = deployment.address();
        let request = credentials.sign(&Call::get(PATH), address);
        let answer = Connection::open(address).send(&request);
        if answer.status == 200 {
            let identity = &answer.json()["identity"];
            let number = |name: &str| identity[name].as_str().unwrap_or_default().to_owned();
            return Self::Admitted {
                entity: number("countersign-entity"),
                role: number("countersign-role"),
                token: number("countersign-token"),
            };
        }
        assert_eq!(answer.status, 401, "{answer:?}");
        let reference = answer.header("countersign-reference");
        let database = deployment.data().join("attempts.db");
        let select = format!("SELECT detail, code FROM attempt WHERE reference = '{reference}'");
        let row = wait_for("the refusal is in the trail", || rows(&database, &select).pop());
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        Self::Refused {
            detail: text("detail"),
            code: text("code"),
            reference: reference.to_owned(),
        }
    }

    /// Asserts that it was let through.
    pub(super) fn admitted(&self) -> &Self {
        assert!(matches!(self, Self::Admitted { .. }), "it should be admitted: {self:?}");
        self
    }

    /// Asserts that it was refused, with that detail in the trail, for that cause. Gives the
    /// reference.
    pub(super) fn refused(&self, detail: &str, code: &str) -> &str {
        match self {
            Self::Refused { detail: its_detail, code: its_code, reference } => {
                assert_eq!((&**its_detail, &**its_code), (detail, code));
                reference
            }
            Self::Admitted { .. } => panic!("it should be refused with {detail}: {self:?}"),
        }
    }
}
