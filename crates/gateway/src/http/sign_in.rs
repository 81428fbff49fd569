//! Accounts and sessions are made here; everything else is asked by who has one.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use domain::{DeviceName, Error};
use hyper::{HeaderMap, StatusCode};

use super::command::{body, json};
use super::shapes::{NewAccount, NewSession};
use crate::line::Peer;
use crate::listener::problem::Outcome;
use crate::listener::request::{device, origin_address};
use crate::listener::route::Call;
use crate::native::to_wire;
use crate::settings::Registration;

/// `POST /v1/accounts`.
pub(super) async fn register(call: Call) -> Outcome {
    let shared = Arc::clone(&call.shared);
    match shared.settings.registration {
        Registration::Open => {}
        Registration::Closed => {
            return Err(Error::Denied {
                reason: "registration is closed on this server; ask its operator for an account",
            }
            .into());
        }
    }
    let (address, headers) = (address(&call), call.request.headers().clone());
    let new: NewAccount = body(call).await?;
    let registration = engine::Registration {
        username: &new.username,
        password: &new.password,
        name: new.name.as_deref(),
        device: device_name(new.device.as_deref(), &headers),
        address,
    };
    let signed_in = shared.engine.register(registration).await?;
    Ok(json(StatusCode::CREATED, &told(signed_in)))
}

/// `POST /v1/sessions`.
pub(super) async fn sign_in(call: Call) -> Outcome {
    let shared = Arc::clone(&call.shared);
    let (address, headers) = (address(&call), call.request.headers().clone());
    let new: NewSession = body(call).await?;
    let (username, password) = match (&new.username, &new.password, &new.token) {
        (Some(username), Some(password), None) => (username, password),
        (None, None, Some(_)) => {
            return Err(Error::Unsupported {
                what: "tokens of a site",
            }
            .into());
        }
        (_, _, Some(_)) => {
            return Err(Error::invalid("token", "either this, or username and password").into());
        }
        (None, _, None) => return Err(Error::invalid("username", "missing").into()),
        (Some(_), None, None) => return Err(Error::invalid("password", "missing").into()),
    };
    let device = device_name(new.device.as_deref(), &headers);
    let wish = engine::SignIn {
        username,
        password,
        device,
        address,
    };
    let signed_in = shared.engine.sign_in(wish).await?;
    Ok(json(StatusCode::CREATED, &told(signed_in)))
}

fn told(signed_in: engine::SignedIn) -> wire::native::SignedIn {
    let engine::SignedIn {
        token,
        session,
        account,
        expires_at,
    } = signed_in;
    to_wire::signed_in(token, session, &account, expires_at)
}

fn device_name(claim: Option<&str>, headers: &HeaderMap) -> DeviceName {
    claim.map_or_else(|| device(headers), DeviceName::from_claim)
}

/// From where the request comes, for the limits of sign-in.
fn address(call: &Call) -> IpAddr {
    let peer = call.request.extensions().get::<Peer>();
    let socket = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.place.socket);
    origin_address(&call.shared.settings, socket, call.request.headers())
}
