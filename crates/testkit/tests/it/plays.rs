use std::path::Path;

/// `SWITCHBOARD_PLAY=name` performs that one only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_play_goes_as_it_is_written() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../transcripts");
    if let Some(name) = std::env::var_os("SWITCHBOARD_PLAY") {
        let play = directory.join(name).with_extension("play");
        return testkit::play::perform(&play)
            .await
            .unwrap_or_else(|error| panic!("{error:#}"));
    }
    match testkit::play::perform_all(&directory).await {
        Ok(count) => println!("{count} plays"),
        Err(error) => panic!("{error:#}"),
    }
}
