//! The list of all cases. A test holds it against the modules.
// tidy: table

/// Makes a test of every case of the contract. `$make` is an async function that returns the
/// [`Stage`](crate::contract::Stage) of a new, empty store.
#[macro_export]
macro_rules! store_contract {
    ($make:path) => {
        $crate::store_contract!($make; accounts:
            what_was_created_is_found_by_id_and_name,
            many_accounts_are_found_at_once,
            a_name_is_taken_once_by_whoever_is_first,
            names_that_differ_in_a_byte_are_different_names,
            an_account_has_a_feed_from_the_beginning,
            keys_are_kept_and_replaced,
            keys_may_come_with_the_account,
            an_operator_resets_keys_and_sessions_end,
            people_are_found_by_the_beginning_of_a_word,
            who_is_not_in_use_is_not_found,
            all_accounts_are_listed_by_name,
            a_profile_changes_in_parts,
            a_picture_is_kept_replaced_and_removed,
            the_latest_sight_of_a_user_wins,
            deleting_by_status_is_refused);
        $crate::store_contract!($make; sessions:
            a_token_tells_the_session_and_the_account,
            the_session_of_a_closed_account_ends,
            above_the_limit_those_used_longest_ago_end,
            sessions_are_listed_last_used_first,
            one_ends_only_ones_own_and_only_once,
            all_others_end_together,
            what_ended_or_ran_out_is_forgotten);
        $crate::store_contract!($make; contacts:
            facts_keep_the_order_and_leave_strangers_out,
            a_request_waits_on_both_sides_until_it_is_accepted,
            requests_that_cross_agree,
            the_same_request_again_changes_nothing,
            who_asked_is_not_told_that_it_was_declined,
            a_request_may_be_taken_back,
            removing_ends_it_on_both_sides,
            a_nickname_is_ones_own,
            a_list_is_by_name_and_holds_blocks,
            a_block_ends_the_relation_and_is_not_told,
            blocking_a_stranger_tells_them_nothing,
            a_request_to_one_who_blocks_is_not_heard,
            a_step_judged_on_an_older_relation_is_stale,
            presence_goes_to_contacts_without_a_block,
            a_block_closes_the_direct_conversation_at_once,
            a_direct_conversation_is_not_opened_past_a_block);
        $crate::store_contract!($make; conversations:
            a_group_begins_with_its_members,
            the_owner_and_doubles_join_once,
            the_same_creation_again_gives_the_first_result,
            there_is_one_direct_conversation_for_a_pair,
            a_pair_that_opens_at_the_same_time_meets,
            a_request_can_be_read_and_accepted,
            a_declined_request_is_closed_until_they_want_it,
            contacts_need_not_be_asked_any_more,
            facts_of_what_is_not_there_are_none,
            a_peer_whose_account_is_closed_takes_nothing,
            a_view_shows_what_its_user_may_see,
            who_left_sees_what_was_until_then,
            a_peer_is_named_in_the_view_of_a_direct_conversation,
            the_list_is_by_activity_and_in_pages,
            a_page_that_is_just_full_is_the_last,
            a_cursor_that_nobody_gave_is_refused,
            a_view_in_the_list_is_the_view_by_itself,
            the_list_leaves_out_the_feed_and_what_was_left,
            many_markers_are_not_listed,
            memberships_are_whose_events_one_gets,
            what_is_readable_is_told_with_its_end,
            public_conversations_are_discovered_by_a_word,
            what_is_no_longer_public_is_not_discovered,
            muting_is_ones_own_and_told_in_the_feed);
        $crate::store_contract!($make; members:
            a_member_is_added,
            who_joins_later_has_nothing_unread,
            an_invitation_is_accepted,
            an_invitation_is_declined_or_taken_back,
            who_was_there_before_keeps_what_they_read,
            who_is_removed_sees_it_and_nothing_after,
            who_is_banned_is_out_and_stays_out,
            roles_are_given_and_taken,
            a_conversation_is_handed_over,
            only_what_changes_is_told,
            anyone_joins_a_public_conversation,
            members_are_listed_by_role_and_name,
            a_target_is_seen_as_it_stands,
            the_last_member_may_leave,
            changes_of_the_same_moment_are_done_once);
        $crate::store_contract!($make; permits:
            who_was_removed_meanwhile_writes_nothing,
            who_was_removed_meanwhile_changes_nothing,
            who_was_removed_meanwhile_reads_nothing,
            reading_ends_where_the_permit_says,
            a_message_does_not_move_the_version);
        $crate::store_contract!($make; messages:
            a_message_gets_the_next_place_and_is_kept_as_it_is,
            the_same_message_again_has_the_first_place,
            another_text_or_reply_under_the_same_id_is_refused,
            a_client_id_is_of_its_sender_and_conversation,
            a_repeated_message_is_known_after_an_edit_and_a_retraction,
            retries_at_the_same_time_are_one_message,
            a_reply_needs_a_message,
            places_have_no_gaps_whoever_writes_at_once,
            a_refusal_among_many_harms_no_neighbour,
            a_fault_among_many_harms_no_neighbour,
            what_is_published_is_the_log_in_order,
            a_gap_is_closed_from_the_log,
            messages_at_places_come_in_their_present_state,
            a_long_text_in_any_script_is_kept);
        $crate::store_contract!($make; amendments:
            an_edit_is_a_pointer_and_the_message_changes,
            every_text_is_remembered_in_order,
            the_same_text_again_is_no_edit,
            a_retraction_erases_every_text,
            a_retraction_is_done_once_and_ends_everything,
            a_moderator_retracts_for_others,
            what_is_known_of_a_message_is_its_sender_and_their_role,
            reactions_are_counted_and_taken_back,
            a_reaction_that_is_there_or_not_there_changes_nothing,
            a_message_has_a_bounded_number_of_emoji,
            a_reaction_names_the_first_users,
            an_edit_moves_the_mentions,
            an_amendment_is_not_unread,
            who_left_does_not_see_later_texts);
        $crate::store_contract!($make; history:
            the_newest_page_is_the_end,
            a_page_before_a_place_ends_before_it,
            a_page_after_a_place_begins_after_it,
            a_page_around_a_place_has_both_sides,
            pages_put_together_are_the_whole,
            an_empty_history_is_an_empty_page,
            a_feed_is_no_history,
            the_log_comes_in_pieces);
        $crate::store_contract!($make; marks:
            unread_is_what_others_wrote_after_the_marker,
            who_writes_has_read,
            a_marker_never_goes_back_nor_past_the_head,
            a_marker_between_messages_counts_those_after_it,
            delivered_goes_ahead_of_read,
            reading_is_told_in_the_own_feed,
            marked_as_unread_lasts_until_one_reads,
            receiving_does_not_end_marked_as_unread,
            reading_clears_the_notifications_up_to_there,
            writing_clears_the_notifications_up_to_there,
            who_left_marks_nothing,
            a_stranger_mentioned_has_no_count);
        $crate::store_contract!($make; model:
            counts_are_those_of_a_model);
        $crate::store_contract!($make; notifications:
            items_of_one_kind_and_subject_share_a_thread,
            one_call_tells_each_thread_once,
            a_thread_names_the_newest_actors_once,
            items_are_stored_once_with_their_position,
            threads_come_in_pages_newest_first,
            what_was_seen_is_seen,
            one_sees_only_ones_own_threads,
            a_retracted_text_is_gone_from_notifications,
            a_text_that_was_retracted_before_is_never_shown,
            what_was_read_before_is_left_out,
            what_one_may_not_read_is_left_out,
            who_is_blocked_notifies_nobody,
            a_muted_conversation_notifies_of_mentions_only);
        $crate::store_contract!($make; followers:
            a_follower_sees_every_event_but_feeds_in_commit_order,
            a_follower_misses_nothing_while_many_write,
            a_position_is_kept_by_name,
            the_end_is_at_or_after_the_last_event,
            what_is_published_tells_its_place,
            positions_are_never_given_again);
        $crate::store_contract!($make; search:
            all_words_are_needed_the_last_as_a_beginning,
            accents_case_and_width_do_not_matter,
            any_part_of_a_text_without_spaces_is_found,
            only_what_was_asked_for_is_found,
            a_number_in_a_text_is_no_conversation,
            answers_are_by_time_then_place_and_go_on_after_any,
            a_document_is_replaced_and_removed,
            the_position_moves_with_the_documents,
            marks_are_where_the_words_stand,
            whatever_was_put_in_is_found_by_its_words);
        $crate::store_contract!($make; erasing:
            the_name_goes_from_everything_and_stays_taken,
            what_proves_who_one_is_goes,
            an_owners_conversation_goes_to_the_oldest_admin,
            without_an_admin_the_oldest_member_owns,
            contacts_and_blocks_go_and_friends_are_told,
            a_direct_conversation_is_closed_for_the_other,
            the_feed_and_the_notifications_go,
            what_concerns_the_deleted_goes_on);
    };
    ($make:path; $area:ident: $($case:ident),*) => {
        mod $area {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    $crate::contract::$area::$case($make().await).await;
                }
            )*
        }
    };
}

#[cfg(test)]
mod tests {
    /// Every case of every module is on the list.
    #[test]
    fn no_case_is_forgotten() {
        let list = include_str!("list.rs");
        let modules = [
            include_str!("accounts.rs"),
            include_str!("sessions.rs"),
            include_str!("contacts.rs"),
            include_str!("conversations.rs"),
            include_str!("members.rs"),
            include_str!("permits.rs"),
            include_str!("messages.rs"),
            include_str!("amendments.rs"),
            include_str!("history.rs"),
            include_str!("marks.rs"),
            include_str!("model.rs"),
            include_str!("notifications.rs"),
            include_str!("followers.rs"),
            include_str!("search.rs"),
            include_str!("erasing.rs"),
        ];
        for case in modules.iter().flat_map(|module| module.lines()) {
            let Some(name) = case.strip_prefix("pub async fn ") else {
                continue;
            };
            let name = name.split('(').next().unwrap_or_default();
            assert!(
                list.contains(&format!("            {name}")),
                "{name} is not on the list"
            );
        }
    }
}
