//! Messages that two readers could read differently: refused, or passed on in one plain reading.

use crate::client::Message;
use crate::world::World;

/// Sends a signed `POST` with this after its first lines, then everything until the end.
async fn post(world: &World, rest: &str) -> Vec<Message> {
    let mut client = world.client().await;
    let _ = client.try_send(format!("{}{rest}", world.signed("POST", "/"))).await;
    let mut answers = Vec::new();
    while let Ok(answer) = client.receive().await {
        answers.push(answer);
        // Whatever stays in the connection would be a second request.
        let probe = client.try_send(format!("{}\r\n", world.signed("GET", "/probe"))).await;
        if probe.is_err() || answers.len() == 2 {
            break;
        }
    }
    answers
}

#[tokio::test]
async fn what_can_not_be_read_in_one_way_is_refused() {
    for world in World::on_each_wire().await {
        for rest in [
            "content-length: 5\r\ncontent-length: 6\r\n\r\nabcdef",
            "content-length: 5, 6\r\n\r\nabcdef",
            "content-length: +5\r\n\r\nabcde",
            "content-length: -1\r\n\r\n",
            "content-length: 0x5\r\n\r\nabcde",
            "content-length: 99999999999999999999\r\n\r\n",
            "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
            "transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "transfer-encoding: identity\r\n\r\n",
            "transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "transfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            "transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
            "transfer-encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
            "transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
            "x: a\r\n b\r\ncontent-length: 0\r\n\r\n",
            "transfer-encoding : chunked\r\n\r\n0\r\n\r\n",
            "content-length : 0\r\n\r\n",
            " content-length: 0\r\n\r\n",
            "x: a\0b\r\ncontent-length: 0\r\n\r\n",
            "x\0y: a\r\ncontent-length: 0\r\n\r\n",
            "x: a\rb\r\ncontent-length: 0\r\n\r\n",
            "no colon\r\ncontent-length: 0\r\n\r\n",
            ": no name\r\ncontent-length: 0\r\n\r\n",
            "connection: content-length\r\ncontent-length: 5\r\n\r\nabcde",
            "connection: close, transfer-encoding, content-length\r\ncontent-length: 0\r\n\r\n",
        ] {
            let answers = post(&world, rest).await;
            assert_eq!(answers.first().map(Message::status), Some(400), "{rest:?}");
            assert_eq!(world.upstream.count(), 0, "{rest:?}");
        }
    }
}

#[tokio::test]
async fn bodies_with_broken_chunks_never_arrive_as_whole_ones() {
    for world in World::on_each_wire().await {
        for chunks in [
            "zz\r\nabc\r\n0\r\n\r\n",
            "-1\r\nabc\r\n0\r\n\r\n",
            "3\r\nabcd\r\n0\r\n\r\n",
            "3 3\r\nabc\r\n0\r\n\r\n",
            "fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
            "10000000000000000\r\nabc\r\n0\r\n\r\n",
            "\r\nabc\r\n0\r\n\r\n",
            "3\rabc\r\n0\r\n\r\n",
        ] {
            let answers =
                post(&world, &format!("transfer-encoding: chunked\r\n\r\n{chunks}")).await;
            assert_eq!(answers.first().map(Message::status), Some(400), "{chunks:?}");
            assert_eq!(answers.len(), 1, "{chunks:?}");
            assert_eq!(world.upstream.count(), 0, "{chunks:?}");
        }
        world.attempts.malformed_are(8).await;
    }
}

#[tokio::test]
async fn where_length_and_chunks_are_both_given_chunks_count_and_the_connection_ends() {
    for world in World::on_each_wire().await {
        for lines in [
            "content-length: 6\r\ntransfer-encoding: chunked\r\n",
            "transfer-encoding: chunked\r\ncontent-length: 6\r\n",
            "Transfer-Encoding: Chunked\r\ncontent-length: 3\r\ncontent-length: 4\r\n",
        ] {
            let before = world.upstream.count();
            let answers = post(&world, &format!("{lines}\r\n3\r\nabc\r\n0\r\n\r\nG")).await;
            assert_eq!(answers.iter().map(Message::status).collect::<Vec<_>>(), [200], "{lines}");
            assert_eq!(world.upstream.count(), before + 1, "{lines}");
            let received = world.upstream.last();
            assert_eq!(received.text(), "abc");
            assert_eq!(received.one("content-length"), None);
            assert_eq!(received.one("transfer-encoding"), Some("chunked"));
        }
    }
}

#[tokio::test]
async fn odd_but_clear_framing_arrives_in_plain_form() {
    for world in World::on_each_wire().await {
        for (rest, body) in [
            ("content-length: 3\r\ncontent-length: 3\r\n\r\nabc", "abc"),
            ("content-length: 03\r\n\r\nabc", "abc"),
            ("content-length:3\n\r\nabc", "abc"),
            ("Content-Length:\t3 \r\n\r\nabc", "abc"),
            ("transfer-encoding: CHUNKED\r\n\r\n3;ext=\"x\"\r\nabc\r\n0\r\n\r\n", "abc"),
            ("transfer-encoding: chunked\r\n\r\n0003\r\nabc\r\n000\r\nx: y\r\n\r\n", "abc"),
        ] {
            let answers = post(&world, rest).await;
            let statuses: Vec<_> = answers.iter().map(Message::status).collect();
            assert_eq!(statuses, [200, 200], "{rest:?}");
            let received = world.upstream.received.lock().unwrap();
            let [.., request, probe] = &received[..] else { panic!("two requests") };
            assert_eq!(probe.first_line(), "GET /probe HTTP/1.1");
            assert_eq!(request.text(), body, "{rest:?}");
            assert!(!request.head.contains('\u{0}') && !request.head.contains("ext"), "{rest:?}");
            let framing =
                request.all("content-length").len() + request.all("transfer-encoding").len();
            assert_eq!(framing, 1, "{rest:?}");
        }
    }
}

#[tokio::test]
async fn http_1_0_knows_no_chunks() {
    for world in World::on_each_wire().await {
        let message =
            format!("{}transfer-encoding: chunked\r\n\r\n0\r\n\r\n", world.signed("POST", "/"));
        assert_eq!(world.answer(message.replace("HTTP/1.1", "HTTP/1.0")).await.status(), 400);
        assert_eq!(world.upstream.count(), 0);
    }
}

#[tokio::test]
async fn after_an_odd_head_nothing_more_is_read_from_its_connection() {
    for world in World::on_each_wire().await {
        let mut client = world.client().await;
        client
            .send(format!(
                "{}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n{}\r\n",
                world.signed("POST", "/"),
                world.signed("GET", "/smuggled")
            ))
            .await;
        let answer = client.receive().await.unwrap();
        assert_eq!((answer.status(), answer.one("connection")), (400, Some("close")));
        assert!(answer.text().contains("The only transfer coding is chunked."));
        assert_eq!(answer.all("countersign-reference"), world.attempts.references());
        assert_eq!(world.attempts.codes(), ["head-rejected"]);
        assert!(client.is_ended().await);
        assert_eq!(world.upstream.count(), 0);
    }
}

#[tokio::test]
async fn a_head_is_bounded() {
    for world in World::on_each_wire().await {
        let long = format!("x: {}\r\ncontent-length: 0\r\n\r\n", "a".repeat(70_000));
        assert_eq!(post(&world, &long).await.first().map(Message::status), Some(431));
        let many = format!("{}content-length: 0\r\n\r\n", "x: y\r\n".repeat(200));
        assert_eq!(post(&world, &many).await.first().map(Message::status), Some(431));
        let target = format!("/{}", "a".repeat(70_000));
        let answer =
            world.answer(format!("GET {target} HTTP/1.1\r\nhost: gate.test\r\n\r\n")).await;
        assert!([414, 431].contains(&answer.status()));
        assert_eq!(world.upstream.count(), 0);
        world.attempts.malformed_are(3).await;
    }
}

#[tokio::test]
async fn endless_chunk_extensions_are_refused() {
    for world in World::on_each_wire().await {
        let chunks = format!("3;{}\r\nabc\r\n0\r\n\r\n", "x".repeat(100_000));
        let answers = post(&world, &format!("transfer-encoding: chunked\r\n\r\n{chunks}")).await;
        assert_eq!(answers.first().map(Message::status), Some(400));
        assert_eq!(world.upstream.count(), 0);
    }
}

#[tokio::test]
async fn pipelined_requests_are_judged_one_by_one() {
    for world in World::on_each_wire().await {
        let mut client = world.client().await;
        let unsigned = "GET /b HTTP/1.1\r\nhost: gate.test\r\n\r\n";
        client
            .send(format!(
                "{}\r\n{unsigned}{}\r\n",
                world.signed("GET", "/a"),
                world.signed("GET", "/c")
            ))
            .await;
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(client.receive().await.unwrap().status());
        }
        assert_eq!(statuses, [200, 401, 200]);
        assert_eq!(world.upstream.count(), 2);
    }
}

#[tokio::test]
async fn a_get_with_chunks_keeps_its_body() {
    for world in World::on_each_wire().await {
        let message = format!(
            "{}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            world.signed("GET", "/")
        );
        assert_eq!(world.answer(message).await.status(), 200);
        assert_eq!(world.upstream.last().text(), "abc");
    }
}
